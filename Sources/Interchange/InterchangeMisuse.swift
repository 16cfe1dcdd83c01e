/// A form of file and what was asked of it do not go together, as a sentence that names the options.
public struct InterchangeMisuse: Error, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
