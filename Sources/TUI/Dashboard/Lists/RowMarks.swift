/// The rows that are marked: they stay so while they come and go from view.
struct RowMarks<ID: Hashable & Sendable>: Sendable {
  private(set) var ids: Set<ID> = []
  /// The row marked last: where a range begins.
  private(set) var anchor: ID?

  var count: Int { ids.count }

  mutating func toggle(_ id: ID) {
    anchor = id
    if ids.remove(id) == nil { ids.insert(id) }
  }

  /// Marks them all, or unmarks them where all are marked.
  mutating func toggle(all group: Set<ID>) {
    if group.isSubset(of: ids) { ids.subtract(group) } else { ids.formUnion(group) }
  }

  mutating func mark(_ range: some Sequence<ID>, anchor new: ID? = nil) {
    ids.formUnion(range)
    anchor = new ?? anchor
  }

  /// Forgets what is not there any more.
  mutating func keep(_ rows: some Sequence<ID>) {
    if !ids.isEmpty { ids.formIntersection(rows) }
  }
}
