import FoundationEssentials
import HTTP
import Support

/// The role of the container that this runs in, on ECS, Fargate or EKS, by an address in the environment.
struct ContainerCredentials: Sendable, Hashable, Confidential {
  let url: String
  private let token: String?
  /// Goes before `token`; read again each time.
  private let tokenFile: String?

  /// Where ECS serves what the relative address names.
  private static let host = "169.254.170.2"
  /// What may be asked in plain HTTP besides this machine: ECS, and EKS by IPv4 and IPv6.
  private static let plainHosts: Set = [host, "169.254.170.23", "fd00:ec2::23"]

  /// - Returns: nil where the environment names no address.
  init?(_ environment: Variables) throws(AWSCredentialError) {
    if let path = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
      guard path.hasPrefix("/"), let address = HTTPURL("http://\(Self.host)\(path)") else {
        throw AWSCredentialError(
          .invalid, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI must be the path of a URL, beginning with a slash")
      }
      url = address.text
    } else if let text = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
      guard let address = HTTPURL(text), address.scheme == "https" || Self.isPlainAllowed(address.host) else {
        throw AWSCredentialError(
          .invalid,
          "AWS_CONTAINER_CREDENTIALS_FULL_URI must be an https URL, or an http URL of this machine or of "
            + Self.plainHosts.sorted().joined(separator: ", "))
      }
      url = address.text
    } else {
      return nil
    }
    token = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
    tokenFile = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]
  }

  private static func isPlainAllowed(_ host: String) -> Bool {
    // libcurl has brought numbers of every notation into this form.
    let isLoopback = host.hasPrefix("127.") && host.utf8.allSatisfy { "0123456789.".utf8.contains($0) }
    return isLoopback || host == "localhost" || host == "::1" || plainHosts.contains(host)
  }

  func fetch(_ fetcher: CredentialFetcher) async throws(AWSCredentialError) -> AWSCredentials {
    let timeout = fetcher.containerTimeout
    var request = HTTPRequest(
      "GET", url, headers: ["Accept": "application/json"],
      timeouts: HTTPRequest.Timeouts(connect: timeout, idle: timeout, whole: timeout), bodyLimit: 64 << 10,
      caFile: fetcher.settings.caFile)
    request.headers["Authorization"] = try authorization()
    let source = "the container's credential service at \(HTTPURL(url)?.authority ?? "")"
    let response: HTTPResponse
    do throws(HTTPError) {
      response = try await fetcher.send(request, attempts: 3)
    } catch {
      throw AWSCredentialError(error, "the container's credential service: \(error)")
    }
    guard response.status == 200 else {
      throw AWSCredentialError(.unavailable, "\(source) refused: it answered with status \(response.status)")
    }
    return try CredentialDocument(response.body, from: source).credentials(from: source)
  }

  private func authorization() throws(AWSCredentialError) -> String? {
    guard let tokenFile else { return try checked(token, "AWS_CONTAINER_AUTHORIZATION_TOKEN") }
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try readFile(tokenFile, limit: 64 << 10)
    } catch {
      throw AWSCredentialError(.unavailable, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: \(error)")
    }
    let text = String(String(decoding: bytes, as: UTF8.self).trimmedOfBlanks)
    return try checked(text, "the file that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names")
  }

  private func checked(_ token: String?, _ place: String) throws(AWSCredentialError) -> String? {
    guard let token else { return nil }
    guard !token.isEmpty, token.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) else {
      throw AWSCredentialError(.invalid, "\(place) holds no valid token")
    }
    return token
  }
}
