/// Something done with the mouse.
public struct Mouse: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    case press
    /// A second press at the same place, soon after the first.
    case double
    case wheelUp
    case wheelDown
  }

  public var kind: Kind
  public var position: Position

  public init(kind: Kind, position: Position) {
    self.kind = kind
    self.position = position
  }
}
