/// One row before and after: no `old` for a new row, no `new` for one that goes.
public struct RowChange: Sendable, Equatable {
  public let old: MirrorEntry?
  public let new: MirrorEntry?

  private init(old: MirrorEntry?, new: MirrorEntry?) {
    self.old = old
    self.new = new
  }

  public static func add(_ entry: MirrorEntry) -> RowChange { RowChange(old: nil, new: entry) }
  public static func remove(_ entry: MirrorEntry) -> RowChange { RowChange(old: entry, new: nil) }

  /// The two have the same source.
  public static func replace(_ old: MirrorEntry, with new: MirrorEntry) -> RowChange {
    RowChange(old: old, new: new)
  }

  /// The row's key.
  public var source: String { (new ?? old)?.source ?? "" }
}
