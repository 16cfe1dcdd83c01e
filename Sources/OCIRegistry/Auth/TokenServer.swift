import FoundationEssentials
import HTTP
import Support

/// The token server a bearer challenge names, and how it is asked.
struct TokenServer: Sendable, Equatable {
  var realm: HTTPURL
  var service: String?
  /// Where requests for its tokens may go.
  private(set) var reach = Reach()

  /// - Returns: nil where the challenge names no realm.
  init?(_ challenge: AuthChallenge) {
    guard challenge.scheme == "bearer", let realm = challenge.parameters["realm"].flatMap(HTTPURL.init) else {
      return nil
    }
    self.realm = realm
    service = challenge.parameters["service"]
  }

  /// The same server, where the rule lets the registry name it.
  func judged(by rule: RealmRule) throws(RealmRule.Refusal) -> TokenServer {
    var server = self
    server.reach = try rule.reach(of: realm)
    return server
  }

  /// The request for a token of these scopes: GET with or without basic authentication, or an OAuth 2 POST where there is
  /// an identity token.
  func request(scopes: [String], credential: RegistryCredential?) -> HTTPRequest {
    var parameters: [(String, String)] = service.map { [("service", $0)] } ?? []
    if case .identityToken(let token) = credential {
      // In a form several stand in one, as OAuth 2 has it.
      parameters.append(("scope", scopes.joined(separator: " ")))
      parameters += [("grant_type", "refresh_token"), ("client_id", "ecrmirror"), ("refresh_token", token)]
      return HTTPRequest(
        "POST", realm.text, headers: ["Content-Type": "application/x-www-form-urlencoded"],
        body: Array(formEncoded(parameters).utf8), reach: reach)
    }
    parameters += scopes.map { ("scope", $0) }
    let separator = realm.text.contains("?") ? "&" : "?"
    var request = HTTPRequest("GET", realm.text + separator + formEncoded(parameters), reach: reach)
    if case .basic(let username, let password) = credential {
      request.headers["Authorization"] = basicAuthorization(username, password)
    }
    return request
  }
}

/// A token and how long it may be used.
struct BearerToken: Sendable, Equatable {
  var text: String
  var expires: ContinuousClock.Instant

  /// Reads a token server's answer.
  ///
  /// - Parameter asked: When the request was sent; clocks of servers are not relied on.
  /// - Returns: nil where there is no token in it that can be sent in a header.
  init?(json: [UInt8], asked: ContinuousClock.Instant) {
    guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(json)) else { return nil }
    let text = [answer.token, answer.access_token].lazy.compactMap { $0 }.first { !$0.isEmpty }
    guard let text, text.utf8.count <= 32768, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
    self.text = text
    // The specification's default is 60 s; a token that is about to expire is left alone a little early.
    let seconds = min(max(answer.expires_in ?? 60, 1), 86_400)
    expires = asked + .milliseconds(Int64(max(seconds - 10, seconds / 2) * 1000))
  }

  private struct Answer: Decodable {
    var token: String?
    var access_token: String?
    var expires_in: Double?
  }
}

func basicAuthorization(_ username: String, _ password: String) -> String {
  "Basic " + Data("\(username):\(password)".utf8).base64EncodedString()
}
