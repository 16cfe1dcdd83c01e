/// Which rows of a list are shown, in which order: places in the list's rows.
struct RowOrder<Row: ListRow>: Sendable {
  struct Sort: Sendable, Equatable {
    var column: Int
    var isDescending: Bool
  }

  var columns: [Column<Row>]
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
    return keyed.sorted { precedes($0, $1) }.map(\.index)
  }

  private func precedes(_ one: (key: SortKey, index: Int), _ other: (key: SortKey, index: Int)) -> Bool {
    if one.key == other.key { return one.index < other.index }
    return sort.isDescending ? other.key < one.key : one.key < other.key
  }

  /// Rows that are put in their new places one by one; more are sorted with all others, which takes milliseconds where
  /// they are 10,000.
  private static var mostMoved: Int { 32 }

  /// Puts rows whose keys changed in their new places.
  private mutating func move(_ moved: [Int], of rows: [Row]) {
    guard let key else { return }
    all.removeAll { moved.contains($0) }
    for index in moved {
      let new = (key: key(rows[index]), index: index)
      var (low, high) = (0, all.count)
      while low < high {
        let middle = (low + high) / 2
        if precedes((key(rows[all[middle]]), all[middle]), new) { low = middle + 1 } else { high = middle }
      }
      all.insert(index, at: low)
    }
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
  ///
  /// - Parameter moved: those that may stand elsewhere.
  mutating func rearrange(_ rows: [Row], moved: [Int]) {
    if moved.count > Self.mostMoved { return arrange(rows) }
    if !moved.isEmpty { move(moved, of: rows) }
    sift(rows)
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

  /// By the column with this key: as it starts, or the other way round where it is sorted by already.
  func sort(by key: Character) -> Sort? {
    guard let column = sortable.first(where: { columns[$0].key == key }) else { return nil }
    return column == sort.column ? reversed : Sort(column: column, isDescending: columns[column].startsDescending)
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
