import MirrorCore

/// What `reduce` asks the world to do. Outcomes come back as events.
enum Effect: Sendable, Equatable {
  case quit
  case suspend
  case redraw
  case reload
  /// Goes over to another installation, by the name a person gave.
  case use(String)
  /// To the clipboard of the person at the terminal.
  case copy(String)
  case check(sweep: Int, Selection)
  case mirror(sweep: Int, Selection)
  /// A run over the whole table, as the timer would start it.
  case run(sweep: Int)
  /// Pauses the timer, or lets it go on.
  case setTimer(isPaused: Bool)
  case stopSweeps
  case add(MirrorEntry)
  /// Changes a row, if it still is as `original` says.
  case edit(original: MirrorEntry, new: MirrorEntry)
  case setEnabled([String], Bool)
  case remove([String])
  case cancel(jobs: [String])
  /// Queues jobs that ended once more.
  case retry([JobRequest])
  /// Writes a file that is not there yet.
  case write(file: String, text: String)
  /// Reads manifests of these references.
  case inspect([String], withSize: Bool)
}
