/// Which rows of a list are shown, in which order: places in the list's rows.
struct RowOrder<Row: ListRow>: Sendable {
  struct Sort: Sendable, Equatable {
    var column: Int
    var isDescending: Bool
  }

  let columns: [Column<Row>]
  private(set) var sort: Sort
  private(set) var filter = Filter.none
  /// All rows, so that a filter need not sort them.
  private var all: [Int] = []
  /// What the filter leaves.
  private(set) var visible: [Int] = []

  init(_ columns: [Column<Row>], sort: Sort) {
    self.columns = columns
    self.sort = sort
  }

  private var key: (@Sendable (Row) -> SortKey)? {
    columns.indices.contains(sort.column) ? columns[sort.column].order : nil
  }

  mutating func arrange(_ rows: [Row]) {
    all = sorted(rows)
    sift(rows)
  }

  private mutating func sift(_ rows: [Row]) {
    visible = filter.isEmpty ? all : all.filter { filter.matches(rows[$0]) }
  }

  private func sorted(_ rows: [Row]) -> [Int] {
    guard let key else { return Array(rows.indices) }
    let keyed = rows.indices.map { (key: key(rows[$0]), index: $0) }
    let isDescending = sort.isDescending
    return keyed.sorted { one, other in
      if one.key == other.key { return one.index < other.index }
      return isDescending ? other.key < one.key : one.key < other.key
    }.map(\.index)
  }

  mutating func setFilter(_ new: Filter, _ rows: [Row]) {
    let isNarrower = new.narrows(filter)
    filter = new
    if isNarrower { visible.removeAll { !new.matches(rows[$0]) } } else { sift(rows) }
  }

  mutating func setSort(_ new: Sort, _ rows: [Row]) {
    sort = new
    arrange(rows)
  }

  /// Whether a row that took another's place may stand elsewhere, and whether it comes or goes.
  func moves(_ old: Row, _ new: Row) -> (isResorted: Bool, isShownOtherwise: Bool) {
    (key.map { $0(old) != $0(new) } ?? false, filter.matches(old) != filter.matches(new))
  }

  /// After some rows took others' places.
  mutating func rearrange(_ rows: [Row], isResorted: Bool) {
    if isResorted { arrange(rows) } else { sift(rows) }
  }

  // MARK: - Columns to sort by

  private var sortable: [Int] { columns.indices.filter { columns[$0].order != nil } }

  var titles: [String] { sortable.map { columns[$0].title.lowercased() } }

  /// As a command takes it: `state down`.
  var text: String { "\(columns[sort.column].title.lowercased()) \(sort.isDescending ? "down" : "up")" }

  var next: Sort {
    guard let next = sortable.first(where: { $0 > sort.column }) ?? sortable.first else { return sort }
    return Sort(column: next, isDescending: columns[next].startsDescending)
  }

  var reversed: Sort { Sort(column: sort.column, isDescending: !sort.isDescending) }

  /// By the column whose title begins so; the way round is the column's own where none is given.
  func sort(by title: String, isDescending: Bool?) -> Sort? {
    let title = title.uppercased()
    let matches = sortable.filter { columns[$0].title.hasPrefix(title) }
    guard let column = matches.first(where: { columns[$0].title == title }) ?? matches.first else { return nil }
    return Sort(column: column, isDescending: isDescending ?? columns[column].startsDescending)
  }
}
