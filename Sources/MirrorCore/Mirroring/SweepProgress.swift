/// How far a sweep is.
public struct SweepProgress: Sendable, Equatable {
  /// Distinct references looked at.
  public var looked: Int
  /// References known to be looked at so far; grows while the table is read.
  public var known: Int

  public init(looked: Int, known: Int) {
    self.looked = looked
    self.known = known
  }
}
