/// The visible rows of a list in groups, some of them folded, laid out as lines.
struct RowGroups<Row: ListRow>: Sendable {
  /// nil where nothing is grouped: then each visible row is a line.
  private(set) var grouping: Grouping<Row>?
  private(set) var folded: Set<String> = []
  /// In the order in which they are shown.
  private(set) var groups: [RowGroup] = []
  private(set) var lines: [ListLine] = []
  /// What is shown with all groups folded.
  private var pieces: [ListLine] = []
  /// Groups that were shown, so that one that comes anew is folded where its kind is at first.
  private var known: Set<String> = []

  /// Takes another way to group, for the next `arrange`.
  mutating func group(by new: Grouping<Row>?) {
    grouping = new
    (folded, known) = ([], [])
  }

  mutating func arrange(_ visible: [Int], of rows: [Row]) {
    guard let grouping else {
      (groups, pieces, lines) = ([], [], [])
      return
    }
    var places: [String: [Int]] = [:]
    /// Groups and rows alone, as the list's order has their first.
    var order: [(name: String?, row: Int)] = []
    for row in visible {
      guard let name = grouping.key(rows[row]) else {
        order.append((nil, row))
        continue
      }
      if places[name] == nil { order.append((name, row)) }
      places[name, default: []].append(row)
    }
    if grouping.order == .byName { order.sort { $0.name ?? "" < $1.name ?? "" } }
    (groups, pieces) = ([], [])
    for (name, row) in order {
      guard let name, let members = places[name] else {
        pieces.append(.row(row))
        continue
      }
      guard members.count >= grouping.least else {
        pieces += members.map(ListLine.row)
        continue
      }
      pieces.append(.group(groups.count))
      let all = members.map { rows[$0] }
      let since = grouping.since.flatMap { all.compactMap($0).min() }
      groups.append(RowGroup(name: name, rows: members, since: since, summary: grouping.summary(all)))
    }
    let names = Set(groups.map(\.name))
    if grouping.isFoldedAtFirst {
      folded.formUnion(names.subtracting(known))
      folded.formIntersection(names)
      known = names
    }
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
    lines = pieces.flatMap { piece in
      guard case .group(let index) = piece, !folded.contains(groups[index].name) else { return [piece] }
      return [piece] + groups[index].rows.map(ListLine.row)
    }
  }
}
