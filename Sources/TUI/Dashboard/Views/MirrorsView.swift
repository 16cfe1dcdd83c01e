extension View {
  /// The rows of the table, each with how its destinations stand.
  static let mirrors = View(
    "Mirrors", .list(\.mirrors, empty: { $0.noMirrors }),
    tab: Tab("1", "the mirrors"),
    operations: Set.ofMirrors.union(Set.marking).union([
      .add, .import, .run, .timer, .cancel, .log, .group, .fold, .foldAll,
    ]),
    spoken: { state, title in
      let counts = state.overview.counts.map { "\($0.word) \($0.count)" }.joined(separator: ", ")
      return [counts.isEmpty ? title : "\(title) \(counts)."]
    })
}

extension Place {
  static let mirrors = Place(.mirrors)
}

extension State {
  fileprivate var noMirrors: [String] {
    if fresh == nil { return failure == nil ? ["reading \(context.name)"] : [] }
    if context.isReadOnly { return ["no mirrors yet"] }
    return ["no mirrors yet: press a to add one,", "or run: ecrmirror import FILE"]
  }
}
