extension View {
  /// What was done lately: jobs and runs.
  static let history = View(
    "History",
    .list(\.history) { state in
      state.historyError.map { ["the history cannot be read: \($0)"] } ?? ["no history yet"]
    },
    tab: Tab("3", "finished jobs, runs and checks"),
    operations: [.run, .timer, .log],
    watch: { _, _ in Watch(history: .all) })
}

extension Place {
  static let history = Place(.history)
}
