import FoundationEssentials
import HTTP
import Support

/// Functions of Lambda.
public struct LambdaClient: Sendable {
  private let client: ServiceClient

  public init(_ connection: AWSConnection) {
    client = ServiceClient(.lambda, connection)
  }

  /// What a function answered.
  public enum Answer: Sendable, Equatable {
    /// A JSON document.
    case result([UInt8])
    /// An error of its own: a type and a sentence.
    case failure(type: String, message: String)
  }

  /// Calls a function and waits for its answer, up to its 15 minutes. Not sent again when the answer is lost.
  ///
  /// - Parameters:
  ///   - function: a name or an ARN.
  ///   - payload: a JSON document, at most 6 MB.
  /// - Throws: `AWSError`.
  public func invoke(_ function: String, payload: [UInt8]) async throws(AWSError) -> Answer {
    let operation = ServiceClient.Operation(
      "Invoke", path: "/2015-03-31/functions/\(percentEncoded(function))/invocations", isRepeatable: false,
      timeouts: HTTPRequest.Timeouts(connect: .seconds(5), idle: .seconds(910), whole: .seconds(910)))
    let response = try await client.send(operation, body: payload)
    guard response.headers["X-Amz-Function-Error"] != nil else { return .result(response.body) }
    let error = try? JSONDecoder().decode(FunctionError.self, from: Data(response.body))
    return .failure(
      type: (error?.errorType ?? "Error").cleaned.shortened(to: 100),
      message: (error?.errorMessage ?? "it failed without a reason; see its log").cleaned.shortened(to: 2000))
  }

  private struct FunctionError: Decodable {
    var errorType: String?
    var errorMessage: String?
  }
}
