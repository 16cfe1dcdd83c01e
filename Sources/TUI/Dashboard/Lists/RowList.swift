import Support

/// A list as one sees it: filtered, sorted, grouped, with a cursor and marks that stay with their rows.
struct RowList<Row: ListRow>: Listing {
  typealias Sort = RowOrder<Row>.Sort

  private(set) var rows: [Row] = []
  private var order: RowOrder<Row>
  private var grouped = RowGroups<Row>()
  private var window = ListWindow()
  private var marked = RowMarks<Row.ID>()
  /// A row that is about to come, where the cursor is to go.
  private var expected: Row.ID?
  var staysWithRow = false
  var isWide = false
  var shift = 0 {
    didSet { shift = min(max(shift, 0), columns.count - 2) }
  }
  /// The widest cell of each column.
  private(set) var widest: [Int]
  /// Makes the columns for rows that stand below such headings; nil where they are the same below any.
  private var makeColumns: (@Sendable (String?) -> [Column<Row>])?
  let fields: [String: FilterField]
  let groupings: [Grouping<Row>]
  private let firstGrouping: String?

  init(
    columns: [Column<Row>], fields: [String: FilterField], groupings: [Grouping<Row>] = [],
    sort: Sort = Sort(column: 0, isDescending: false), groupedBy grouping: String? = nil
  ) {
    order = RowOrder(columns, sort: sort)
    self.fields = fields
    self.groupings = groupings
    firstGrouping = grouping
    widest = columns.map { _ in 0 }
    grouped.group(by: groupings.first { $0.name == grouping })
  }

  var columns: [Column<Row>] { order.columns }
  var sort: Sort { order.sort }
  var filter: Filter { order.filter }
  /// What the filter leaves: indices into `rows`, in order.
  var visible: [Int] { order.visible }
  var grouping: Grouping<Row>? { grouped.grouping }
  var groups: [RowGroup] { grouped.groups }
  var folded: Set<String> { grouped.folded }
  var position: Int { window.position }
  var top: Int { window.top }
  var marks: Set<Row.ID> { marked.ids }

  var count: Int { grouping == nil ? visible.count : grouped.lines.count }
  var shown: Int { visible.count }
  var total: Int { rows.count }
  var markCount: Int { marked.count }

  func line(_ position: Int) -> ListLine? {
    guard (0..<count).contains(position) else { return nil }
    return grouping == nil ? .row(visible[position]) : grouped.lines[position]
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
      let summary = (group.since.map { " for \(brush.age($0))" } ?? "") + group.summary.map(\.text).joined()
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

  var subject: Subject? { selected?.about }
  var subjects: [Subject] { targets.map(\.about) }
  var summary: RowSummary? {
    selected?.summary
      ?? selectedGroup.map { group in
        RowSummary(what: group.name, why: String(group.summary.map(\.text).joined().trimmedOfBlanks))
      }
  }
  var sortKeys: [(key: Character, title: String)] {
    columns.compactMap { column in column.order == nil ? nil : column.key.map { ($0, column.title) } }
  }

  // MARK: - Rows

  private mutating func measure() {
    widest = columns.map { column in
      column.measure.map { measure in rows.reduce(0) { max($0, measure($1)) } } ?? 0
    }
  }

  /// Shows the same rows in other columns, as many and of the same titles.
  ///
  /// - Parameter make: makes them, for the name of the grouping whose headings stand above the rows.
  mutating func setColumns(_ make: @escaping @Sendable (String?) -> [Column<Row>]) {
    makeColumns = make
    fitColumns()
  }

  private mutating func fitColumns() {
    guard let makeColumns else { return }
    order.columns = makeColumns(groupingName)
    measure()
  }

  /// Takes rows that were read anew. The cursor stays at its line, whatever row that is then: what is worst, or runs,
  /// comes to whoever looks at the top.
  mutating func replace(_ new: [Row]) {
    takeNews(from: staysWithRow ? cursor : nil) { list in
      list.rows = new
      list.measure()
      list.marked.keep(new.lazy.map(\.id))
      list.order.arrange(new)
    }
    if let id = expected, new.contains(where: { $0.id == id }) {
      expected = nil
      putCursor(on: .row(id))
    }
  }

  /// Takes rows that stand where they stood, with other contents. What they do not move is left alone.
  mutating func update(_ changes: [Int: Row]) {
    var (moved, isShownOtherwise): ([Int], Bool) = ([], grouping != nil && !changes.isEmpty)
    let before = staysWithRow ? cursor : nil
    for (index, row) in changes where rows.indices.contains(index) {
      for (index, column) in columns.enumerated() {
        if let measure = column.measure { widest[index] = max(widest[index], measure(row)) }
      }
      let moves = order.moves(rows[index], row)
      if moves.isResorted { moved.append(index) }
      isShownOtherwise = isShownOtherwise || moves.isShownOtherwise
      rows[index] = row
    }
    guard !moved.isEmpty || isShownOtherwise else { return }
    takeNews(from: before) { $0.order.rearrange($0.rows, moved: moved) }
  }

  /// Puts the cursor on this row once it is there.
  mutating func expect(_ id: Row.ID) {
    expected = id
  }

  // MARK: - Filter and order

  mutating func setFilter(_ new: Filter) {
    guard new != filter else { return }
    keepingCursor { $0.order.setFilter(new, $0.rows) }
  }

  var sortTitles: [String] { order.titles }
  var sortText: String { order.text }

  /// Shows the first rows of the new order.
  mutating func setSort(_ new: Sort) {
    order.setSort(new, rows)
    grouped.arrange(visible, of: rows)
    showTop()
  }

  mutating func sortByNextColumn() { setSort(order.next) }
  mutating func reverseSort() { setSort(order.reversed) }

  mutating func sort(by title: String, isDescending: Bool?) -> Bool {
    guard let new = order.sort(by: title, isDescending: isDescending) else { return false }
    setSort(new)
    return true
  }

  mutating func sort(by key: Character) -> Bool {
    guard let new = order.sort(by: key) else { return false }
    setSort(new)
    return true
  }

  // MARK: - Groups

  var groupingNames: [String] { groupings.map(\.name) }
  var groupingName: String? { grouping?.name }
  var isGroupedAsAtFirst: Bool { groupingName == firstGrouping }

  /// Groups by the way of this name; not at all for nil.
  mutating func group(by name: String?) {
    keepingCursor { list in list.grouped.group(by: list.groupings.first { $0.name == name }) }
    fitColumns()
  }

  /// Folds or unfolds the group that the cursor is on or in.
  mutating func toggleFold() {
    guard let name = groupOfCursor else { return }
    grouped.toggleFold(name)
    putCursor(on: .group(name))
  }

  /// Folds all groups, or unfolds them where all are folded.
  mutating func toggleAllFolds() {
    let name = groupOfCursor
    grouped.toggleAllFolds()
    putCursor(on: name.map(Cursor.group))
  }

  private var groupOfCursor: String? {
    if let group = selectedGroup { return group.name }
    guard let name = selected.flatMap({ row in grouping?.key(row) }) else { return nil }
    return groups.contains { $0.name == name } ? name : nil
  }

  // MARK: - Cursor

  /// What the cursor is on, whatever line that is.
  private enum Cursor {
    case row(Row.ID)
    case group(String)
  }

  private var cursor: Cursor? { selected.map { .row($0.id) } ?? selectedGroup.map { .group($0.name) } }

  /// The line of it, or where it is folded away of its group's head.
  private func index(of cursor: Cursor) -> Int? {
    if stands(cursor, at: position) { return position }
    if let index = (0..<count).first(where: { stands(cursor, at: $0) }) { return index }
    guard case .row(let id) = cursor,
      let group = groups.first(where: { folded.contains($0.name) && $0.rows.contains { rows[$0].id == id } })
    else { return nil }
    return index(of: .group(group.name))
  }

  private func stands(_ cursor: Cursor, at index: Int) -> Bool {
    switch (cursor, line(index)) {
    case (.row(let id), .row(let index)): rows[index].id == id
    case (.group(let name), .group(let index)): groups[index].name == name
    default: false
    }
  }

  /// Changes what is shown, and puts the cursor where its row or group then is.
  private mutating func keepingCursor(_ change: (inout Self) -> Void) {
    let before = cursor
    change(&self)
    grouped.arrange(visible, of: rows)
    putCursor(on: before)
  }

  /// - Parameter before: where the cursor is to be, where it does not stay at its line.
  private mutating func takeNews(from before: Cursor?, _ change: (inout Self) -> Void) {
    change(&self)
    grouped.arrange(visible, of: rows)
    putCursor(on: before)
  }

  /// Puts the cursor on a row or group, or where that is not shown leaves it at its line.
  private mutating func putCursor(on cursor: Cursor?) {
    if let line = cursor.flatMap(index) { window.follow(line, of: count) } else { window.stay(of: count) }
  }

  mutating func showTop() {
    window.reset()
  }

  mutating func move(to new: Int, height: Int) {
    window.move(to: new, of: count, height: height)
  }

  mutating func move(to id: Row.ID, height: Int) {
    guard let index = index(of: .row(id)) else { return }
    move(to: index, height: height)
  }

  mutating func scroll(height: Int) {
    window.scroll(count, height: height)
  }

  // MARK: - Marks

  /// Marks a row or a whole group, or unmarks it.
  mutating func toggleMark() {
    if let row = selected {
      marked.toggle(row.id)
    } else if let group = selectedGroup {
      marked.toggle(all: Set(group.rows.map { rows[$0].id }))
    }
  }

  mutating func markRange() {
    guard let here = selected?.id else { return }
    let from = marked.anchor.flatMap { index(of: .row($0)) } ?? position
    marked.mark((min(from, position)...max(from, position)).compactMap { row($0)?.id }, anchor: here)
  }

  mutating func markAll() {
    marked.mark(visible.map { rows[$0].id })
  }

  mutating func unmarkAll() {
    marked = RowMarks()
  }
}
