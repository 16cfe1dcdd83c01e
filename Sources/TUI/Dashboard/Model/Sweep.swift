import MirrorCore

/// A look at many mirrors, and what follows from it, under way.
struct Sweep: Sendable, Equatable {
  let id: Int
  let kind: Kind
  /// Whether nobody asked for it: how it ended is kept among the messages, and takes the place of none.
  var isQuiet = false
  var progress: SweepProgress?

  /// As many as may be under way at once.
  static let most = 8

  enum Kind: Sendable, Equatable {
    case check(Selection)
    case mirror(Selection)
    /// A run over the whole table, as the timer would start it.
    case run

    /// What is said while it goes on.
    var title: String {
      switch self {
      case .check: "checking"
      case .mirror: "mirroring"
      case .run: "running"
      }
    }
  }
}
