import Support

/// Why a text is no image reference or digest, and where in it.
public struct ReferenceError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The text, cleaned for a terminal and cut to 120 characters.
  public let text: String
  /// The first character that is wrong, counted from 1; one past the end where something is missing.
  public let column: Int
  /// What is wrong there.
  public let reason: String

  init(_ text: some StringProtocol, column: Int, _ reason: String) {
    self.text = text.cleaned.shortened(to: 120)
    self.column = column
    self.reason = reason
  }

  public var description: String {
    "\"\(text)\" is not an image reference: \(reason) (at character \(column))"
  }
}
