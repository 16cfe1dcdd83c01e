import FoundationEssentials

/// What a row needs to stand in a list.
protocol ListRow: Sendable {
  associatedtype ID: Hashable & Sendable

  /// What stays the same when the row is read again.
  var id: ID { get }
  /// What words of a filter look at, in lower case.
  var search: [UInt8] { get }
  /// The word that `field:word` in a filter looks at; nil for a field this row lacks.
  func value(of field: String) -> String?
  /// As `value`, for fields that are any text: in lower case.
  func text(of field: String) -> [UInt8]?
  /// As `value`, for fields that are a time.
  func date(of field: String) -> Date?
  /// What keys that are pressed on it take it for.
  var about: Subject { get }
  /// What stands in full below the list while the cursor is on it.
  var summary: RowSummary { get }
}

extension ListRow {
  func value(of field: String) -> String? { nil }
  func text(of field: String) -> [UInt8]? { nil }
  func date(of field: String) -> Date? { nil }
  var about: Subject { Subject() }
  var summary: RowSummary { RowSummary(what: about.copied ?? "") }
}
