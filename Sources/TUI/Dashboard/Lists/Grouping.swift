/// A way to put the rows of a list into groups.
struct Grouping<Row>: Sendable {
  /// As a person chooses it: `repository`.
  let name: String
  let key: @Sendable (Row) -> String
  /// What the group's line says of its rows.
  let summary: @Sendable ([Row]) -> [Span]
}

/// The rows of a list that belong together.
struct RowGroup: Sendable, Equatable {
  let name: String
  /// Indices into the list's rows, in the list's order.
  var rows: [Int]
  /// What its line says of them.
  var summary: [Span]
}

/// A line of a list: a row, or the head of a group.
enum ListLine: Sendable, Equatable {
  case row(Int)
  case group(Int)
}
