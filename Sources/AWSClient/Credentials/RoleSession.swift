import FoundationEssentials
import HTTP
import Support

/// A role of IAM, and what is told to STS with it.
struct RoleSession: Sendable, Hashable {
  /// The profile that names it.
  var profile: String
  var roleARN: String
  /// Stands in the logs of the account.
  var name = "ecrmirror"
  /// 900 to 43,200; nil for an hour.
  var seconds: Int?

  private var parameters: [(String, String)] {
    [("RoleArn", roleARN), ("RoleSessionName", name)] + (seconds.map { [("DurationSeconds", "\($0)")] } ?? [])
  }

  /// Asks STS for keys of the role.
  ///
  /// - Parameters:
  ///   - further: what the operation wants besides.
  ///   - credentials: what signs; nil for an operation that is not signed.
  func assume(
    _ operation: String, _ further: [(String, String)], as credentials: AWSCredentials?, _ fetcher: CredentialFetcher
  ) async throws(AWSCredentialError) -> AWSCredentials {
    let client = fetcher.client(
      .sts, region: fetcher.settings.region ?? "us-east-1", credentials.map { StaticCredentials($0) })
    var call = ServiceClient.Operation(operation)
    call.isSigned = credentials != nil
    let form = [("Action", operation), ("Version", "2011-06-15")] + parameters + further
    let answer: XMLText
    do throws(AWSError) {
      answer = XMLText(try await client.send(call, body: Array(formEncoded(form).utf8)).body)
    } catch {
      throw AWSCredentialError(error, "cannot assume the role \(roleARN) of the profile '\(profile)'")
    }
    let expires = answer.first("Expiration").flatMap { Date(rfc3339: $0) }
    guard let expires else {
      throw AWSCredentialError(.unavailable, "STS did not answer \(operation) with credentials in XML")
    }
    return try AWSCredentials(
      id: answer.first("AccessKeyId"), secret: answer.first("SecretAccessKey"), token: answer.first("SessionToken"),
      expires: expires, from: "STS")
  }
}
