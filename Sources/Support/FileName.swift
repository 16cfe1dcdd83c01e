/// The name of one thing in a folder. It leads nowhere else: 1 to 255 bytes (`NAME_MAX` in limits.h), without `/` and
/// NUL, and neither `.` nor `..`.
public struct FileName: Sendable, Hashable, CustomStringConvertible {
  public let description: String

  /// - Returns: nil for a text that is no such name.
  public init?(_ text: some StringProtocol) {
    let bytes = text.utf8
    guard (1...255).contains(bytes.count), !bytes.contains(where: { $0 == UInt8(ascii: "/") || $0 == 0 }), text != ".",
      text != ".."
    else { return nil }
    description = String(text)
  }
}

extension FileName: ExpressibleByStringLiteral {
  /// A name that the program itself gives.
  public init(stringLiteral text: StaticString) {
    description = text.description
  }
}
