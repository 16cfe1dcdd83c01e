/// What a row needs to stand in a list.
protocol ListRow: Sendable {
  associatedtype ID: Hashable & Sendable

  /// What stays the same when the row is read again.
  var id: ID { get }
  /// What words of a filter look at, in lower case.
  var search: [UInt8] { get }
  /// The word that `field:word` in a filter looks at; nil for a field this row lacks.
  func value(of field: String) -> String?
}

/// A list as one sees it: filtered, sorted, with a cursor and marks that stay with their rows.
struct RowList<Row: ListRow>: Listing {
  private(set) var rows: [Row] = []
  /// What is shown: indices into `rows`, in order.
  private(set) var visible: [Int] = []
  /// The place of the cursor in `visible`; 0 when nothing is shown.
  private(set) var position = 0
  /// The first place on the screen.
  private(set) var top = 0
  private(set) var marks: Set<Row.ID> = []
  /// A row that is about to come, where the cursor is to go.
  private var expected: Row.ID?
  /// The row marked last: where a range begins.
  private var anchor: Row.ID?
  private(set) var filter = Filter.none
  private(set) var sort: Sort
  var isWide = false
  var shift = 0 {
    didSet { shift = min(max(shift, 0), columns.count - 2) }
  }
  /// The widest cell of each column.
  private(set) var widest: [Int] = []
  let columns: [Column<Row>]
  let fields: [String: [String]]

  struct Sort: Sendable, Equatable {
    var column: Int
    var isDescending: Bool
  }

  init(columns: [Column<Row>], fields: [String: [String]], sort: Sort = Sort(column: 0, isDescending: false)) {
    self.columns = columns
    self.fields = fields
    self.sort = sort
    widest = columns.map { _ in 0 }
  }

  var count: Int { visible.count }
  var total: Int { rows.count }
  var markCount: Int { marks.count }

  subscript(position: Int) -> Row { rows[visible[position]] }

  /// The row under the cursor.
  var selected: Row? { visible.indices.contains(position) ? self[position] : nil }

  /// What an action is about: the marked rows that are shown, else the one under the cursor.
  var targets: [Row] {
    if marks.isEmpty { return selected.map { [$0] } ?? [] }
    return visible.map { rows[$0] }.filter { marks.contains($0.id) }
  }

  // MARK: - Rows

  /// Takes rows that were read anew. The cursor stays on its row, or where that is gone on its place.
  mutating func replace(_ new: [Row]) {
    let id = selected?.id
    rows = new
    widest = columns.map { column in
      column.measure.map { measure in new.reduce(0) { max($0, measure($1)) } } ?? 0
    }
    if !marks.isEmpty { marks.formIntersection(new.map(\.id)) }
    arrange(keeping: id)
    if let id = expected, new.contains(where: { $0.id == id }) {
      expected = nil
      putCursor(on: id)
    }
  }

  /// Puts the cursor on this row once it is there.
  mutating func expect(_ id: Row.ID) {
    expected = id
  }

  // MARK: - Filter and order

  mutating func setFilter(_ new: Filter) {
    guard new != filter else { return }
    let (id, isNarrower) = (selected?.id, new.narrows(filter))
    filter = new
    guard isNarrower else { return arrange(keeping: id) }
    visible.removeAll { !new.matches(rows[$0]) }
    putCursor(on: id)
  }

  private var sortable: [Int] { columns.indices.filter { columns[$0].order != nil } }

  var sortTitles: [String] { sortable.map { columns[$0].title.lowercased() } }

  /// As `sort(by:isDescending:)` takes it: `state down`.
  var sortText: String { "\(columns[sort.column].title.lowercased()) \(sort.isDescending ? "down" : "up")" }

  mutating func setSort(_ new: Sort) {
    sort = new
    arrange(keeping: selected?.id)
  }

  mutating func sortByNextColumn() {
    guard let next = sortable.first(where: { $0 > sort.column }) ?? sortable.first else { return }
    setSort(Sort(column: next, isDescending: columns[next].startsDescending))
  }

  mutating func reverseSort() {
    setSort(Sort(column: sort.column, isDescending: !sort.isDescending))
  }

  /// Sorts by the column whose title begins so; the way round is the column's own where none is given.
  ///
  /// - Returns: false where there is no such column.
  mutating func sort(by title: String, isDescending: Bool?) -> Bool {
    let title = title.uppercased()
    let matches = sortable.filter { columns[$0].title.hasPrefix(title) }
    guard let column = matches.first(where: { columns[$0].title == title }) ?? matches.first else { return false }
    setSort(Sort(column: column, isDescending: isDescending ?? columns[column].startsDescending))
    return true
  }

  private mutating func arrange(keeping id: Row.ID?) {
    let shown = filter.isEmpty ? Array(rows.indices) : rows.indices.filter { filter.matches(rows[$0]) }
    visible = sorted(shown)
    putCursor(on: id)
  }

  private func sorted(_ shown: [Int]) -> [Int] {
    guard columns.indices.contains(sort.column), let order = columns[sort.column].order else { return shown }
    let keyed = shown.map { (key: order(rows[$0]), index: $0) }
    let isDescending = sort.isDescending
    return keyed.sorted { one, other in
      if one.key == other.key { return one.index < other.index }
      return isDescending ? other.key < one.key : one.key < other.key
    }.map(\.index)
  }

  // MARK: - Cursor

  mutating func move(to new: Int, height: Int) {
    position = min(max(new, 0), max(count - 1, 0))
    scroll(height: height)
  }

  mutating func move(to id: Row.ID, height: Int) {
    guard let place = visible.firstIndex(where: { rows[$0].id == id }) else { return }
    move(to: place, height: height)
  }

  /// Brings the cursor into a window of `height` rows, and fills the window where there are rows for it.
  mutating func scroll(height: Int) {
    let height = max(height, 1)
    if position < top { top = position }
    if position >= top + height { top = position - height + 1 }
    top = max(min(top, count - height), 0)
  }

  /// Puts the cursor on a row, or where that is not shown leaves it at its place.
  private mutating func putCursor(on id: Row.ID?) {
    if let id, selected?.id != id, let place = visible.firstIndex(where: { rows[$0].id == id }) {
      // The window moves with the row, so that it stays where the eye has it.
      top = max(top + place - position, 0)
      position = place
    }
    position = min(position, max(count - 1, 0))
    top = min(top, position)
  }

  // MARK: - Marks

  mutating func toggleMark() {
    guard let id = selected?.id else { return }
    anchor = id
    if marks.remove(id) == nil { marks.insert(id) }
  }

  mutating func markRange() {
    let from = anchor.flatMap { id in visible.firstIndex { rows[$0].id == id } } ?? position
    guard let here = selected?.id else { return }
    for place in min(from, position)...max(from, position) { marks.insert(self[place].id) }
    anchor = here
  }

  mutating func markAll() {
    marks.formUnion(visible.map { rows[$0].id })
  }

  mutating func unmarkAll() {
    marks = []
    anchor = nil
  }
}
