import FoundationEssentials
import HTTP
import Support

/// The role of the EC2 instance that this runs on, by version 2 of its metadata service.
struct InstanceMetadata: Sendable, Hashable {
  /// Without a slash at the end.
  let endpoint: String
  /// Of each step: a machine that is no instance should not wait for long.
  let timeout: Duration
  /// How often it is looked for.
  let attempts: Int

  /// - Returns: nil where `AWS_EC2_METADATA_DISABLED` switches it off.
  init?(_ settings: AWSSettings) throws(AWSSettingsError) {
    let reader = settings.reader
    if try reader.flag("AWS_EC2_METADATA_DISABLED", nil) { return nil }
    let mode = reader.value("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode")
    let standard = mode?.text.lowercased() == "ipv6" ? "http://[fd00:ec2::254]" : "http://169.254.169.254"
    let url = try reader.url("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint") ?? standard
    endpoint = url.hasSuffix("/") ? String(url.dropLast()) : url
    let seconds = try reader.integer("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout", in: 1...60)
    timeout = .seconds(seconds ?? 1)
    attempts =
      try reader.integer("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts", in: 1...10) ?? 1
  }

  private static let name = "the EC2 instance metadata service"
  private static let roles = "/latest/meta-data/iam/security-credentials/"

  func fetch(_ fetcher: CredentialFetcher) async throws(AWSCredentialError) -> AWSCredentials {
    let token = try await text(
      "PUT", "/latest/api/token", ["X-aws-ec2-metadata-token-ttl-seconds": "21600"], fetcher, attempts)
    guard !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
      throw AWSCredentialError(.unavailable, "\(Self.name) at \(host) did not answer with a token")
    }
    let headers: HTTPHeaders = ["X-aws-ec2-metadata-token": token]
    // It exists, so what fails now is worth another try.
    let attempts = max(self.attempts, 3)
    let role = try await text("GET", Self.roles, headers, fetcher, attempts)
    guard !role.isEmpty, role.utf8.count <= 128 else {
      throw AWSCredentialError(.unavailable, "\(Self.name) at \(host) gives no role for this instance")
    }
    let answer = try await text("GET", Self.roles + percentEncoded(role), headers, fetcher, attempts)
    let source = "\(Self.name) at \(host)"
    let document = try CredentialDocument(Array(answer.utf8), from: source)
    if let code = document.code, code != "Success" {
      throw AWSCredentialError(
        .unavailable, "\(source) has no credentials for the role \(role): \(code.shortened(to: 100))")
    }
    return try document.credentials(from: source)
  }

  private func text(
    _ method: String, _ path: String, _ headers: HTTPHeaders, _ fetcher: CredentialFetcher, _ attempts: Int
  ) async throws(AWSCredentialError) -> String {
    let request = HTTPRequest(
      method, endpoint + path, headers: headers,
      timeouts: HTTPRequest.Timeouts(connect: timeout, idle: timeout, whole: timeout), bodyLimit: 64 << 10)
    let response: HTTPResponse
    do throws(HTTPError) {
      response = try await fetcher.send(request, attempts: attempts)
    } catch {
      let hint = error.code == .timeout ? "; in a container on EC2 the instance's hop limit must be 2 or more" : ""
      throw AWSCredentialError(error, "\(Self.name): \(error)\(hint)")
    }
    switch response.status {
    case 200: return String(String(decoding: response.body, as: UTF8.self).trimmedOfBlanks)
    case 404 where method == "GET":
      throw AWSCredentialError(.unavailable, "\(Self.name) at \(host) knows no role: attach one to this instance")
    default:
      throw AWSCredentialError(
        .unavailable, "\(Self.name) at \(host) refused: it answered with status \(response.status)")
    }
  }

  private var host: String { HTTPURL(endpoint)?.authority ?? endpoint }
}
