/// A part of a table.
public struct TablePage: Sendable {
  public var entries: [MirrorEntry]
  public var unreadable: [UnreadableRow]
  /// Where the next page begins; nil on the last.
  public var next: String?

  public init(entries: [MirrorEntry], unreadable: [UnreadableRow] = [], next: String? = nil) {
    self.entries = entries
    self.unreadable = unreadable
    self.next = next
  }
}
