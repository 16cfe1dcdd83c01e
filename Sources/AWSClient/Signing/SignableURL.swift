import Support

/// The parts of a URL as Signature Version 4 wants them.
struct SignableURL {
  let host: String
  /// Path segments encoded once more than they are sent, as every service but S3 wants it.
  let canonicalPath: String
  /// Sorted by name, then value, both encoded.
  let canonicalQuery: String

  init(_ url: String) {
    let body = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
    let authorityEnd = body.firstIndex { $0 == "/" || $0 == "?" } ?? body.endIndex
    let rest = body[authorityEnd...]
    let mark = rest.firstIndex(of: "?")
    let path = rest[..<(mark ?? rest.endIndex)]
    let query = mark.map { rest[rest.index(after: $0)...] } ?? ""
    host = String(body[..<authorityEnd]).lowercased()
    canonicalPath =
      path.isEmpty
      ? "/"
      : Self.normalised(path).split(separator: "/", omittingEmptySubsequences: false)
        .map { percentEncoded($0) }.joined(separator: "/")
    canonicalQuery = query.split(separator: "&").map { pair -> (String, String) in
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (percentEncoded(Self.decoded(halves[0])), halves.count > 1 ? percentEncoded(Self.decoded(halves[1])) : "")
    }
    .sorted { $0 < $1 }.map { "\($0)=\($1)" }.joined(separator: "&")
  }

  /// Without `.`, `..` and empty segments; a slash at the end stays.
  private static func normalised(_ path: Substring) -> String {
    var segments: [Substring] = []
    for segment in path.split(separator: "/") where segment != "." {
      if segment == ".." { _ = segments.popLast() } else { segments.append(segment) }
    }
    let end = path.hasSuffix("/") && !segments.isEmpty ? "/" : ""
    return "/" + segments.joined(separator: "/") + end
  }

  /// What is no valid percent encoding stays as it is.
  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
