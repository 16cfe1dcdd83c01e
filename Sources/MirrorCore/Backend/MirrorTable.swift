/// The rows, and what is observed of them.
public protocol MirrorTable: Sendable {
  /// One page of rows in the table's own order.
  ///
  /// - Parameter cursor: nil for the first page; then what the last page gave.
  func page(after cursor: String?) async throws -> TablePage

  /// Every row, page by page, each once and in no order: memory is bounded by what `body` keeps.
  func forEachPage(_ body: (TablePage) async throws -> Void) async throws

  /// - Returns: nil where there is no such row.
  /// - Throws: `MirrorError` when the row cannot be read.
  func entry(_ source: String) async throws -> MirrorEntry?

  /// The same, for somebody who needs what was seen of these destinations only: that may cost less.
  func entry(_ source: String, seeing destinations: Set<String>) async throws -> MirrorEntry?

  /// Writes rows, each only if it still is as `old` says: its part that people edit, not what is observed.
  ///
  /// All or nothing. In AWS more than 100 rows are several transactions: where one fails those before it are taken back,
  /// and where the program ends in between they stay.
  ///
  /// - Parameter changes: no row twice.
  /// - Throws: `MirrorError.conflict` naming the row that is not as expected.
  func write(_ changes: [RowChange]) async throws

  /// Changes `Observed` of rows that still exist and leaves the rest of them alone; rows that are gone are passed over.
  ///
  /// - Returns: by their keys, rows that could not take it, as one that would become too large; the others did.
  @discardableResult
  func record(_ changes: [String: ObservedChange]) async throws -> [String: MirrorError]

  /// A number that is another one after any change to the table; nil where that cannot be told cheaply.
  func revision() async throws -> Int64?
}

extension MirrorTable {
  public func entry(_ source: String, seeing destinations: Set<String>) async throws -> MirrorEntry? {
    try await entry(source)
  }

  public func forEachPage(_ body: (TablePage) async throws -> Void) async throws {
    var cursor: String?
    repeat {
      let page = try await page(after: cursor)
      try await body(page)
      cursor = page.next
    } while cursor != nil
  }
}
