/// What a key or a command can ask for. The raw values are the names, in the command line and in the configuration; that
/// of `show` is the name of the view it leads to.
enum Operation: String, Sendable, Hashable, CaseIterable {
  // Moving.
  case down, up, first, last, left, right
  case halfDown = "half-down"
  case halfUp = "half-up"
  case pageDown = "page-down"
  case pageUp = "page-up"
  // Going from view to view.
  case show, open, back, leave, quit, help, log, forward, command, use
  case jumpBack = "jump-back"
  case nextView = "next-view"
  case previousView = "previous-view"
  case copyDigest = "copy-digest"
  // What a list shows.
  case filter, sort, reverse, mark, unmark, wide, pane
  case nextSort = "next-sort"
  case markRange = "mark-range"
  case markAll = "mark-all"
  case group, fold
  case foldAll = "fold-all"
  // Doing something.
  case mirror, check, run, timer, retry, platforms, add, `import`, edit, disable, enable, delete, undo, cancel, remedy
  case mirrorDrifted = "mirror-drifted"
  case checkAll = "check-all"
  case createRepository = "create-repository"
  case sourcePlatforms = "source-platforms"
  // Logs.
  case follow, wrap, zoom, search, grep, context, times, at
  case findNext = "find-next"
  case findPrevious = "find-previous"
  case saveLog = "save-log"
  case previousAttempt = "previous-attempt"
  case nextAttempt = "next-attempt"
  // The screen.
  case copy, browse, diff, own, stop, theme, dump, reload, redraw, suspend
}

extension Set<Operation> {
  /// What can be done with mirrors wherever they are listed or shown.
  static let ofMirrors: Set = [
    .mirror, .mirrorDrifted, .check, .checkAll, .edit, .disable, .enable, .delete, .copyDigest, .diff,
    .createRepository,
  ]
  /// In lists where something can be done with several rows at once.
  static let marking: Set = [.mark, .markRange, .markAll, .unmark]
}
