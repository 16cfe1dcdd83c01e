/// A list as one sees it: filtered, sorted, grouped, with a cursor and marks that stay with their rows.
struct RowList<Row: ListRow>: Listing {
  private(set) var rows: [Row] = []
  /// All rows in their order, so that a filter need not sort them: indices into `rows`.
  private var ordered: [Int] = []
  /// What the filter leaves: indices into `rows`, in order.
  private(set) var visible: [Int] = []
  /// The groups of what is visible, by name; empty where nothing is grouped.
  private(set) var groups: [RowGroup] = []
  /// Groups and their rows as lines; empty where nothing is grouped, for then each visible row is a line.
  private var lines: [ListLine] = []
  /// The line of the cursor; 0 when nothing is shown.
  private(set) var position = 0
  /// The first line on the screen.
  private(set) var top = 0
  private(set) var marks: Set<Row.ID> = []
  /// The row marked last: where a range begins.
  private var anchor: Row.ID?
  /// A row that is about to come, where the cursor is to go.
  private var expected: Row.ID?
  private(set) var filter = Filter.none
  private(set) var sort: Sort
  private(set) var grouping: Grouping<Row>?
  private(set) var folded: Set<String> = []
  var isWide = false
  var shift = 0 {
    didSet { shift = min(max(shift, 0), columns.count - 2) }
  }
  /// The widest cell of each column.
  private(set) var widest: [Int] = []
  let columns: [Column<Row>]
  let fields: [String: FilterField]
  let groupings: [Grouping<Row>]

  struct Sort: Sendable, Equatable {
    var column: Int
    var isDescending: Bool
  }

  init(
    columns: [Column<Row>], fields: [String: FilterField], groupings: [Grouping<Row>] = [],
    sort: Sort = Sort(column: 0, isDescending: false)
  ) {
    self.columns = columns
    self.fields = fields
    self.groupings = groupings
    self.sort = sort
    widest = columns.map { _ in 0 }
  }

  var count: Int { grouping == nil ? visible.count : lines.count }
  var shown: Int { visible.count }
  var total: Int { rows.count }
  var markCount: Int { marks.count }

  func line(_ position: Int) -> ListLine? {
    guard (0..<count).contains(position) else { return nil }
    return grouping == nil ? .row(visible[position]) : lines[position]
  }

  /// The row on a line; nil for the head of a group.
  func row(_ position: Int) -> Row? {
    if case .row(let index) = line(position) { rows[index] } else { nil }
  }

  func description(of position: Int, _ brush: inout Brush) -> String {
    switch line(position) {
    case nil: return ""
    case .group(let index):
      let group = groups[index]
      let summary = grouping?.summary(group.rows.map { rows[$0] }).map(\.text).joined() ?? ""
      return "group \(group.name), \(group.rows.count)\(folded.contains(group.name) ? ", folded" : ""):\(summary)"
    case .row(let index):
      let cells = columns.compactMap { column -> String? in
        let text = column.cell(rows[index], 400, &brush).text
        return text.isEmpty ? nil : "\(column.title.lowercased()) \(text)"
      }
      return (marks.contains(rows[index].id) ? "marked, " : "") + cells.joined(separator: ", ")
    }
  }

  /// The row under the cursor.
  var selected: Row? { row(position) }

  /// The group whose head is under the cursor.
  var selectedGroup: RowGroup? {
    if case .group(let index) = line(position) { groups[index] } else { nil }
  }

  /// What an action is about: the marked rows that are shown, else the one under the cursor, or its whole group.
  var targets: [Row] {
    if !marks.isEmpty { return visible.map { rows[$0] }.filter { marks.contains($0.id) } }
    if let group = selectedGroup { return group.rows.map { rows[$0] } }
    return selected.map { [$0] } ?? []
  }

  // MARK: - Rows

  /// Takes rows that were read anew. The cursor stays on its row, or where that is gone on its place.
  mutating func replace(_ new: [Row]) {
    let before = cursor
    rows = new
    widest = columns.map { column in
      column.measure.map { measure in new.reduce(0) { max($0, measure($1)) } } ?? 0
    }
    if !marks.isEmpty { marks.formIntersection(new.map(\.id)) }
    ordered = sorted()
    arrange(keeping: before)
    if let id = expected, new.contains(where: { $0.id == id }) {
      expected = nil
      putCursor(on: .row(id))
    }
  }

  /// Takes rows that stand where they stood, with other contents. What they do not move is left alone.
  mutating func update(_ changes: [Int: Row]) {
    let before = cursor
    let order = columns[sort.column].order
    var mustArrange = grouping != nil && !changes.isEmpty
    var mustSort = false
    for (index, row) in changes where rows.indices.contains(index) {
      let old = rows[index]
      rows[index] = row
      for (place, column) in columns.enumerated() {
        if let measure = column.measure { widest[place] = max(widest[place], measure(row)) }
      }
      mustSort = mustSort || order.map { $0(old) != $0(row) } ?? false
      mustArrange = mustArrange || filter.matches(old) != filter.matches(row)
    }
    if mustSort { ordered = sorted() }
    if mustArrange || mustSort { arrange(keeping: before) }
  }

  /// Puts the cursor on this row once it is there.
  mutating func expect(_ id: Row.ID) {
    expected = id
  }

  // MARK: - Filter and order

  mutating func setFilter(_ new: Filter) {
    guard new != filter else { return }
    let (before, isNarrower) = (cursor, new.narrows(filter))
    filter = new
    guard isNarrower else { return arrange(keeping: before) }
    visible.removeAll { !new.matches(rows[$0]) }
    group()
    putCursor(on: before)
  }

  private var sortable: [Int] { columns.indices.filter { columns[$0].order != nil } }

  var sortTitles: [String] { sortable.map { columns[$0].title.lowercased() } }

  /// As `sort(by:isDescending:)` takes it: `state down`.
  var sortText: String { "\(columns[sort.column].title.lowercased()) \(sort.isDescending ? "down" : "up")" }

  mutating func setSort(_ new: Sort) {
    sort = new
    ordered = sorted()
    arrange(keeping: cursor)
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

  private mutating func arrange(keeping cursor: Cursor?) {
    visible = filter.isEmpty ? ordered : ordered.filter { filter.matches(rows[$0]) }
    group()
    putCursor(on: cursor)
  }

  private func sorted() -> [Int] {
    guard columns.indices.contains(sort.column), let order = columns[sort.column].order else {
      return Array(rows.indices)
    }
    let keyed = rows.indices.map { (key: order(rows[$0]), index: $0) }
    let isDescending = sort.isDescending
    return keyed.sorted { one, other in
      if one.key == other.key { return one.index < other.index }
      return isDescending ? other.key < one.key : one.key < other.key
    }.map(\.index)
  }

  // MARK: - Groups

  var groupingNames: [String] { groupings.map(\.name) }
  var groupingName: String? { grouping?.name }

  /// Groups by the way of this name; not at all for nil.
  mutating func group(by name: String?) {
    let before = cursor
    grouping = groupings.first { $0.name == name }
    folded = []
    group()
    putCursor(on: before)
  }

  /// Folds or unfolds the group that the cursor is on or in.
  mutating func toggleFold() {
    guard let grouping, let name = selectedGroup?.name ?? selected.map(grouping.key) else { return }
    if folded.remove(name) == nil { folded.insert(name) }
    spread()
    putCursor(on: .group(name))
  }

  /// Folds all groups, or unfolds them where all are folded.
  mutating func toggleAllFolds() {
    let name = selectedGroup?.name ?? selected.flatMap { row in grouping?.key(row) }
    folded = folded.count >= groups.count ? [] : Set(groups.map(\.name))
    spread()
    putCursor(on: name.map(Cursor.group))
  }

  private mutating func group() {
    guard let grouping else {
      (groups, lines) = ([], [])
      return
    }
    groups = Dictionary(grouping: visible) { grouping.key(rows[$0]) }
      .map { RowGroup(name: $0.key, rows: $0.value) }.sorted { $0.name < $1.name }
    spread()
  }

  /// Lays the groups out as lines.
  private mutating func spread() {
    lines = groups.enumerated().flatMap { index, group in
      [ListLine.group(index)] + (folded.contains(group.name) ? [] : group.rows.map(ListLine.row))
    }
  }

  // MARK: - Cursor

  /// What the cursor is on, whatever line that is.
  private enum Cursor {
    case row(Row.ID)
    case group(String)
  }

  private var cursor: Cursor? { selected.map { .row($0.id) } ?? selectedGroup.map { .group($0.name) } }

  private func place(of cursor: Cursor) -> Int? {
    stands(cursor, at: position) ? position : (0..<count).first { stands(cursor, at: $0) }
  }

  private func stands(_ cursor: Cursor, at place: Int) -> Bool {
    switch (cursor, line(place)) {
    case (.row(let id), .row(let index)): rows[index].id == id
    case (.group(let name), .group(let index)): groups[index].name == name
    default: false
    }
  }

  mutating func move(to new: Int, height: Int) {
    position = min(max(new, 0), max(count - 1, 0))
    scroll(height: height)
  }

  mutating func move(to id: Row.ID, height: Int) {
    guard let place = place(of: .row(id)) else { return }
    move(to: place, height: height)
  }

  /// Brings the cursor into a window of `height` rows, and fills the window where there are rows for it.
  mutating func scroll(height: Int) {
    let height = max(height, 1)
    if position < top { top = position }
    if position >= top + height { top = position - height + 1 }
    top = max(min(top, count - height), 0)
  }

  /// Puts the cursor on a row or group, or where that is not shown leaves it at its place.
  private mutating func putCursor(on cursor: Cursor?) {
    if let cursor, let place = place(of: cursor), place != position {
      // The window moves with the row, so that it stays where the eye has it.
      top = max(top + place - position, 0)
      position = place
    }
    position = min(position, max(count - 1, 0))
    top = min(top, position)
  }

  // MARK: - Marks

  mutating func toggleMark() {
    guard let id = selected?.id else { return toggleGroupMark() }
    anchor = id
    if marks.remove(id) == nil { marks.insert(id) }
  }

  /// Marks a whole group, or unmarks it where all of it is marked.
  private mutating func toggleGroupMark() {
    guard let group = selectedGroup else { return }
    let ids = Set(group.rows.map { rows[$0].id })
    if ids.isSubset(of: marks) { marks.subtract(ids) } else { marks.formUnion(ids) }
  }

  mutating func markRange() {
    guard let here = selected?.id else { return }
    let from = anchor.flatMap { place(of: .row($0)) } ?? position
    for place in min(from, position)...max(from, position) {
      if let id = row(place)?.id { marks.insert(id) }
    }
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
