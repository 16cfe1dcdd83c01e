import Support

/// One challenge of a `WWW-Authenticate` header: a scheme, and its parameters.
public struct AuthChallenge: Sendable, Equatable {
  /// Lower case: `bearer`, `basic`, …
  public var scheme: String
  /// Names in lower case.
  public var parameters: [String: String]

  public init(scheme: String, parameters: [String: String] = [:]) {
    self.scheme = scheme
    self.parameters = parameters
  }

  /// Reads every challenge of a header value: several in one, quoted and bare values, escapes, and stray spaces and
  /// commas all occur. What makes no sense is skipped.
  public static func parse(_ header: String) -> [AuthChallenge] {
    var scanner = ChallengeScanner(header)
    return scanner.challenges()
  }
}

private struct ChallengeScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ header: String) {
    // Challenges are a few hundred bytes long.
    bytes = Array(header.utf8.prefix(16384))
  }

  mutating func challenges() -> [AuthChallenge] {
    var result: [AuthChallenge] = []
    while position < bytes.count {
      skip { $0 == UInt8(ascii: ",") || isBlank($0) }
      let word = token()
      guard !word.isEmpty else {
        position += 1
        continue
      }
      skip(while: isBlank)
      if peek == UInt8(ascii: "="), !result.isEmpty {
        position += 1
        skip(while: isBlank)
        let name = word.lowercased()
        let value = peek == UInt8(ascii: "\"") ? quoted() : bare()
        // The first of two is kept, as RFC 9110 allows neither.
        if result[result.count - 1].parameters[name] == nil { result[result.count - 1].parameters[name] = value }
      } else {
        result.append(AuthChallenge(scheme: word.lowercased()))
      }
    }
    return result
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skip(while condition: (UInt8) -> Bool) {
    while let byte = peek, condition(byte) { position += 1 }
  }

  private mutating func token() -> String {
    let start = position
    skip { isAlphanumeric($0) || "!#$%&'*+-.^_`|~".utf8.contains($0) }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// A value without quotes: up to a comma or blank. Wider than a token, for realms are sent bare, too.
  private mutating func bare() -> String {
    let start = position
    skip { $0 != UInt8(ascii: ",") && !isBlank($0) }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func quoted() -> String {
    position += 1
    var value: [UInt8] = []
    while let byte = peek {
      position += 1
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\"), let escaped = peek {
        position += 1
        value.append(escaped)
      } else {
        value.append(byte)
      }
    }
    return String(decoding: value, as: UTF8.self)
  }
}

private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
