import AWSClient
import Foundation
import HTTP
import Support
import TestSupport

extension Emulator {
  static let transport = CurlTransport()

  /// As the user who may do everything.
  var connection: AWSConnection {
    AWSConnection(
      endpoints: AWSEndpoints(region: region, override: endpoint),
      credentials: Key(key: AWSCredentials(accessKeyID: accessKeyID, secretAccessKey: secretAccessKey)),
      transport: StrictTransport(inner: Self.transport),
      retry: AWSRetryPolicy(backoff: Backoff(base: .milliseconds(10), limit: .seconds(1))))
  }

  private struct Key: CredentialProvider {
    let key: AWSCredentials
    func credentials() async throws(AWSCredentialError) -> AWSCredentials { key }
  }

  /// Asks one of the emulator's own endpoints, which its README lists.
  @discardableResult
  func control(_ method: String, _ path: String, _ wish: String = "{}") async throws -> [UInt8] {
    let answer = try await Self.transport.send(
      HTTPRequest(method, "\(endpoint)/_emulator/\(path)", body: Array(wish.utf8)))
    guard answer.status == 200 else { throw ControlError(description: String(decoding: answer.body, as: UTF8.self)) }
    return answer.body
  }

  struct ControlError: Error, CustomStringConvertible {
    let description: String
  }

  /// How often each operation was called since the last time this was asked; reading and clearing are one step.
  func calls() async throws -> [String: Int] {
    try await counts("DELETE")
  }

  /// How often each operation was called, which stays counted.
  func callsSoFar() async throws -> [String: Int] {
    try await counts("GET")
  }

  private func counts(_ method: String) async throws -> [String: Int] {
    struct Counts: Decodable { let requests: [String: Int] }
    return try JSONDecoder().decode(Counts.self, from: Data(await control(method, "requests"))).requests
  }
}
