import FoundationEssentials

/// What a token says that it is good for, where it is a web token as the distribution project's specification has it
/// (https://distribution.github.io/distribution/spec/auth/jwt/).
enum TokenGrant {
  /// The repositories that may be pulled from with it, as scopes; nothing where it does not say.
  static func scopes(_ token: String) -> Set<String> {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[1].utf8.count <= 32768 else { return [] }
    let signs: [Character: Character] = ["-": "+", "_": "/"]
    var text = String(parts[1].map { signs[$0] ?? $0 })
    text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    guard let data = Data(base64Encoded: text), let claims = try? JSONDecoder().decode(Claims.self, from: data) else {
      return []
    }
    var scopes: Set<String> = []
    for access in claims.access ?? [] {
      guard access.type == "repository", let name = access.name, access.actions?.contains("pull") == true else {
        continue
      }
      scopes.insert("repository:\(name):pull")
    }
    return scopes
  }

  private struct Claims: Decodable {
    var access: [Access]?

    struct Access: Decodable {
      var type: String?
      var name: String?
      var actions: [String]?
    }
  }
}
