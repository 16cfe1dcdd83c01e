/// The visible rows of a list in groups, some of them folded, laid out as lines.
struct RowGroups<Row: ListRow>: Sendable {
  /// nil where nothing is grouped: then each visible row is a line.
  private(set) var grouping: Grouping<Row>?
  private(set) var folded: Set<String> = []
  /// By name.
  private(set) var groups: [RowGroup] = []
  private(set) var lines: [ListLine] = []

  /// Takes another way to group, for the next `arrange`.
  mutating func group(by new: Grouping<Row>?) {
    grouping = new
    folded = []
  }

  mutating func arrange(_ visible: [Int], of rows: [Row]) {
    groups =
      grouping.map { grouping in
        Dictionary(grouping: visible) { grouping.key(rows[$0]) }
          .map { name, places in
            RowGroup(name: name, rows: places, summary: grouping.summary(places.map { rows[$0] }))
          }.sorted { $0.name < $1.name }
      } ?? []
    spread()
  }

  mutating func toggleFold(_ name: String) {
    if folded.remove(name) == nil { folded.insert(name) }
    spread()
  }

  /// Folds all groups, or unfolds them where all are folded.
  mutating func toggleAllFolds() {
    folded = folded.count >= groups.count ? [] : Set(groups.map(\.name))
    spread()
  }

  private mutating func spread() {
    lines = groups.enumerated().flatMap { index, group in
      [ListLine.group(index)] + (folded.contains(group.name) ? [] : group.rows.map(ListLine.row))
    }
  }
}
