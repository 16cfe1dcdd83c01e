import FoundationEssentials
import HTTP
import Support

extension RegistryError {
  /// What an answer that is no success means.
  init(_ response: HTTPResponse, subject: String, registry: String, now: Date) {
    let answer = RegistryMessages(response)
    let kind: Kind =
      switch response.status {
      case 404: .notFound
      case 401: .unauthorized
      case 403: .denied
      case 408: .timeout
      case 429: .throttled(until: response.retryAfter(now: now).map { now.addingTimeInterval($0.seconds) })
      case _ where !answer.codes.isDisjoint(with: ["NAME_UNKNOWN", "MANIFEST_UNKNOWN"]): .notFound
      case 200..<300: .invalidAnswer
      default: .server(status: response.status)
      }
    self.init(kind, subject: subject, registry: registry, reason: answer.text)
    isOfRepository = kind == .notFound && answer.codes.contains("NAME_UNKNOWN")
  }

  /// What a failure of the transport means.
  init(_ error: HTTPError, subject: String, registry: String) {
    let kind: Kind =
      switch error.code {
      case .cancelled: .cancelled
      case .timeout: .timeout
      case .invalidAnswer, .bodyTooLarge, .headersTooLarge, .badRedirect: .invalidAnswer
      case .forbidden: .misdirected(setting: error.host)
      case .invalidRequest, .cannotResolve, .cannotConnect, .tls, .connectionLost, .shutDown: .unreachable
      }
    let advice = error.fault.map { "; \($0.advice)" } ?? ""
    // The sentence of a time-out names the host already.
    let reason = kind == .timeout && error.host == registry ? error.reason : error.description
    self.init(kind, subject: subject, registry: registry, reason: kind == .cancelled ? "" : reason + advice)
  }
}

/// The registry's own words about a failure, from the body's list of errors or from the challenge.
struct RegistryMessages {
  var codes: Set<String> = []
  var text = ""

  init(_ response: HTTPResponse) {
    let body = try? JSONDecoder().decode(Body.self, from: Data(response.body.prefix(65536)))
    if let errors = body?.errors, !errors.isEmpty {
      codes = Set(errors.compactMap(\.code))
      text = errors.prefix(3).compactMap { $0.message ?? $0.code }.joined(separator: "; ")
    } else if let words = body?.details ?? body?.message ?? body?.error_description ?? body?.error {
      text = words
    } else if response.status == 400,
      String(decoding: response.body.prefix(4096), as: UTF8.self).contains(Self.noCertificate)
    {
      // nginx's words, as a page: https://nginx.org/en/docs/http/ngx_http_ssl_module.html#errors
      text = "\(Self.noCertificate): \(TLSFault.wantsCertificate.advice)"
    } else if response.status == 400, Self.wantsTLS(response.body) {
      text = "it requires TLS, and the request was plain HTTP"
    } else if let challenge = response.challenges.first {
      text = challenge.parameters["error_description"] ?? challenge.parameters["error"] ?? ""
    }
  }

  /// The pages of nginx, Go's servers and Apache for whoever speaks plain HTTP to them by mistake.
  private static func wantsTLS(_ body: [UInt8]) -> Bool {
    let text = String(decoding: body.prefix(4096), as: UTF8.self).lowercased()
    return [
      "plain http request was sent to https port", "sent an http request to an https server",
      "speaking plain http to an ssl",
    ]
    .contains(where: text.contains)
  }

  private static let noCertificate = "No required SSL certificate was sent"

  private struct Body: Decodable {
    var errors: [Item]?
    /// Token servers answer in one of these forms.
    var details: String?
    var message: String?
    var error: String?
    var error_description: String?

    struct Item: Decodable {
      var code: String?
      var message: String?
    }
  }
}

extension HTTPResponse {
  /// What it says of how to sign in.
  var challenges: [AuthChallenge] { headers.all("WWW-Authenticate").flatMap(AuthChallenge.parse) }
}
