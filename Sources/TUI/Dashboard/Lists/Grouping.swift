import FoundationEssentials

/// A way to put the rows of a list into groups.
struct Grouping<Row>: Sendable {
  enum Order: Sendable, Equatable {
    case byName
    /// Where the first of its rows would stand.
    case byFirst
  }

  /// As a person chooses it: `repository`.
  let name: String
  /// The name of a row's group; nil for one that stands alone.
  let key: @Sendable (Row) -> String?
  var order = Order.byName
  /// Fewer rows than this are no group: each stands alone.
  var least = 1
  /// Whether a group is folded until a person unfolds it.
  var isFoldedAtFirst = false
  /// When what a row is about began, where its group's line says since when.
  var since: (@Sendable (Row) -> Date?)?
  /// What the group's line says of its rows.
  let summary: @Sendable ([Row]) -> [Span]
}

/// The rows of a list that belong together.
struct RowGroup: Sendable, Equatable {
  let name: String
  /// Indices into the list's rows, in the list's order.
  var rows: [Int]
  /// Since when it is so, where its line says that.
  var since: Date?
  /// What its line says of them.
  var summary: [Span]
}

/// A line of a list: a row, or the head of a group.
enum ListLine: Sendable, Equatable {
  case row(Int)
  case group(Int)
}
