import MirrorCore

/// What `reduce` asks the world to do. Outcomes come back as events.
enum Effect: Sendable, Equatable {
  case quit
  case suspend
  case redraw
  case reload
  case check(sweep: Int, Selection)
  case mirror(sweep: Int, Selection)
  case stopSweeps
  case add(MirrorEntry)
  /// Changes a row, if it still is as `original` says.
  case edit(original: MirrorEntry, new: MirrorEntry)
  case setEnabled([String], Bool)
  case remove([String])
  case cancel(jobs: [String])
}
