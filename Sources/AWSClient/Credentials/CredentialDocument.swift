import FoundationEssentials
import Support

/// The JSON in which processes, containers and instances hand keys out.
struct CredentialDocument: Decodable {
  var version: Int?
  /// Of instances: `Success`, or what is wrong.
  var code: String?
  private var id: String?
  private var secret: String?
  private var token: String?
  private var sessionToken: String?
  private var expiration: String?

  private enum CodingKeys: String, CodingKey {
    case version = "Version"
    case code = "Code"
    case id = "AccessKeyId"
    case secret = "SecretAccessKey"
    case token = "Token"
    case sessionToken = "SessionToken"
    case expiration = "Expiration"
  }

  /// - Parameter source: for the message: who answered.
  init(_ bytes: [UInt8], from source: String) throws(AWSCredentialError) {
    // The decoder's own words may quote what it read.
    guard let read = try? JSONDecoder().decode(CredentialDocument.self, from: Data(bytes)) else {
      throw AWSCredentialError(.unavailable, "\(source) did not answer with credentials in JSON")
    }
    self = read
  }

  func credentials(from source: String) throws(AWSCredentialError) -> AWSCredentials {
    let expires = expiration.flatMap { Date(rfc3339: $0) }
    guard expiration == nil || expires != nil else {
      throw AWSCredentialError(.invalid, "\(source) gave a key with an Expiration that is not an RFC 3339 date")
    }
    return try AWSCredentials(
      id: id, secret: secret, token: sessionToken ?? token, expires: expires, from: source)
  }
}
