/// Finds the text of elements in the flat XML of the query protocol, where a document is known to be small and no element
/// wanted has attributes or children.
struct XMLText: Sendable {
  private let text: String

  init(_ bytes: [UInt8]) {
    text = String(decoding: bytes.prefix(1 << 20), as: UTF8.self)
  }

  /// The text of the first element of this name; nil where there is none.
  func first(_ name: String) -> String? {
    guard let open = text.firstRange(of: "<\(name)>"),
      let close = text[open.upperBound...].firstRange(of: "</\(name)>")
    else { return nil }
    return Self.unescaped(text[open.upperBound..<close.lowerBound])
  }

  private static func unescaped(_ text: Substring) -> String {
    var result = String(text)
    for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")] {
      result = result.replacing(entity, with: character)
    }
    return result
  }
}
