import FoundationEssentials
import HTTP
import Support

/// The file in which `aws sso login` keeps the token of a session.
struct SSOToken: Sendable, Confidential {
  let text: String
  let expires: Date
  /// All of it, for what is written back.
  private var document: [String: JSONValue]

  /// Before its end a token is renewed this early, as the AWS CLI does.
  static let renewalWindow = 900.0

  /// - Returns: nil where there is no file, or none of a token that can be sent: signing in makes a new one.
  init?(file: String) throws(AWSCredentialError) {
    guard FileStamp(file) != nil else { return nil }
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try readFile(file, limit: 64 << 10)
    } catch {
      throw AWSCredentialError(.unavailable, "the SSO token: \(error)")
    }
    guard let document = try? JSONDecoder().decode([String: JSONValue].self, from: Data(bytes)) else { return nil }
    self.init(document)
  }

  private init?(_ document: [String: JSONValue]) {
    self.document = document
    guard let token = document.text("accessToken"), let expires = document.date("expiresAt"), !token.isEmpty,
      token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
    else { return nil }
    (text, self.expires) = (token, expires)
  }

  /// Writes the file that `aws sso login` would have written. One that cannot be written costs no more than another
  /// renewal.
  func save(to file: String) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let bytes = try? encoder.encode(document) else { return }
    try? replaceFile(file, with: Array(bytes))
  }

  /// How the token can be renewed without a person.
  struct Renewal: Confidential {
    fileprivate var clientID: String
    fileprivate var clientSecret: String
    fileprivate var refreshToken: String
  }

  /// - Returns: nil where the file does not hold what that needs, or the program's registration has ended.
  func renewal(at now: Date) -> Renewal? {
    guard let id = document.text("clientId"), let secret = document.text("clientSecret"),
      let token = document.text("refreshToken"), let end = document.date("registrationExpiresAt"), end > now
    else { return nil }
    return Renewal(clientID: id, clientSecret: secret, refreshToken: token)
  }
}

extension SSOToken.Renewal {
  private struct Request: Encodable {
    var clientId: String
    var clientSecret: String
    var grantType = "refresh_token"
    var refreshToken: String
  }

  private struct Answer: Decodable {
    var accessToken: String
    var expiresIn: Double
    var refreshToken: String?
  }

  /// - Throws: `expired` where the session has ended for good.
  func renew(
    _ token: SSOToken, in region: String, _ fetcher: CredentialFetcher
  ) async throws(AWSCredentialError) -> SSOToken {
    var call = ServiceClient.Operation("CreateToken", path: "/token", isRepeatable: false)
    call.isSigned = false
    let request = Request(clientId: clientID, clientSecret: clientSecret, refreshToken: refreshToken)
    let asked = fetcher.now()
    let answer: Answer
    do throws(AWSError) {
      answer = try await fetcher.client(.ssoOIDC, region: region).call(call, request)
    } catch {
      // The service's word that this session or registration is over.
      let isOver =
        if case .service(let answer) = error.kind { answer.status == 400 || answer.status == 401 } else { false }
      let attempt = "cannot renew the SSO session"
      throw isOver ? AWSCredentialError(.expired, "\(attempt): \(error)") : AWSCredentialError(error, attempt)
    }
    let expires = asked + min(max(answer.expiresIn, 0), 90 * 86400)
    guard let new = token.replaced(answer.accessToken, until: expires, answer.refreshToken) else {
      throw AWSCredentialError(.unavailable, "IAM Identity Center did not answer with a valid token")
    }
    return new
  }
}

extension SSOToken {
  fileprivate func replaced(_ text: String, until expires: Date, _ refreshToken: String?) -> SSOToken? {
    var document = document
    document["accessToken"] = .string(text)
    document["expiresAt"] = .string(expires.rfc3339)
    document["refreshToken"] = refreshToken.map { .string($0) }
    return SSOToken(document)
  }
}

extension [String: JSONValue] {
  fileprivate func text(_ name: String) -> String? {
    if case .string(let text) = self[name] { text } else { nil }
  }

  /// Versions 1 of the AWS CLI wrote `UTC` for `Z`.
  fileprivate func date(_ name: String) -> Date? {
    text(name).flatMap { Date(rfc3339: $0.hasSuffix("UTC") ? $0.dropLast(3) + "Z" : $0) }
  }
}
