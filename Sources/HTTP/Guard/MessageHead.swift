import Support

/// The first line and the fields of an HTTP/1.1 message, as bytes that may be passed on.
struct MessageHead: Sendable, Equatable {
  /// The most that is read of one.
  static let limit = 64 << 10

  var start: String
  var fields: [(name: String, value: String)]

  struct Malformed: Error {}

  static func == (one: MessageHead, other: MessageHead) -> Bool { one.bytes == other.bytes }

  /// Takes a head from the start of what came.
  ///
  /// - Returns: nil while its end has not come.
  /// - Throws: where it is none, or larger than `limit`.
  static func take(from buffer: inout [UInt8]) throws(Malformed) -> MessageHead? {
    guard let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) else {
      if buffer.count > limit { throw Malformed() }
      return nil
    }
    let text = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
    buffer.removeSubrange(..<end.upperBound)
    var lines = text.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    let start = lines.removeFirst()
    var fields: [(String, String)] = []
    for line in lines {
      // A field that goes on in the next line is obsolete, and a way to smuggle.
      guard let colon = line.firstIndex(of: ":"), line[..<colon].utf8.allSatisfy(isTokenByte), line.first != ":",
        !line.utf8.contains(where: { $0 == 0x0a || $0 == 0x0d || $0 == 0 })
      else { throw Malformed() }
      fields.append((String(line[..<colon]), String(line[line.index(after: colon)...].trimmedOfBlanks)))
    }
    return MessageHead(start: start, fields: fields)
  }

  func value(_ name: String) -> String? {
    fields.first { $0.name.equalsIgnoringCase(name) }?.value
  }

  mutating func remove(_ names: String...) {
    fields.removeAll { field in names.contains { $0.equalsIgnoringCase(field.name) } }
  }

  var bytes: [UInt8] {
    Array((start + "\r\n" + fields.map { "\($0.name): \($0.value)\r\n" }.joined() + "\r\n").utf8)
  }

  /// The status of an answer; nil where the line is none.
  var status: Int? {
    let words = start.split(separator: " ", maxSplits: 2)
    guard words.count >= 2, words[0].hasPrefix("HTTP/1.") else { return nil }
    return Int(words[1])
  }
}

/// What a client asks a proxy for.
enum ProxiedRequest: Equatable {
  case tunnel(Endpoint)
  /// In plain HTTP.
  case plain(method: String, HTTPURL)

  init?(_ head: MessageHead) {
    let words = head.start.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, words[2] == "HTTP/1.1" else { return nil }
    if words[0] == "CONNECT" {
      guard let endpoint = Endpoint(authority: words[1]) else { return nil }
      self = .tunnel(endpoint)
    } else {
      guard !words[0].isEmpty, words[0].utf8.allSatisfy(isTokenByte), let url = HTTPURL(String(words[1])),
        url.scheme == "http"
      else { return nil }
      self = .plain(method: String(words[0]), url)
    }
  }
}
