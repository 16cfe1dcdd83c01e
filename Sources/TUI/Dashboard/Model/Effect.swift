import MirrorCore

/// What `reduce` asks for, by who carries it out. What comes of it comes back as events.
enum Effect: Sendable, Equatable {
  case terminal(Terminal)
  case program(Program)
  /// The session reads everything stored again.
  case reload
  /// The session's `Actions`, beside the screen.
  case act(Action)

  /// What shows the dashboard to a person: a `Face`.
  enum Terminal: Sendable, Equatable {
    case suspend
    /// Puts the terminal in order, and draws all of the picture.
    case redraw
    /// Takes nothing of what is on the screen for what it was: the next picture is drawn whole.
    case forget
    /// To the clipboard of the person at the terminal.
    case copy(String)
  }

  /// What holds the screen and the session: `DashboardLoop`.
  enum Program: Sendable, Equatable {
    case quit
    /// Ends: the installation that was meant at first cannot be opened, for this reason.
    case fail(String)
    /// Opens an installation beside the one on the screen, and gives up what was being opened; by the name a person gave,
    /// nil for the one that was meant at first.
    case open(String?, number: Int)
    /// Goes over to what was opened.
    ///
    /// - Parameters:
    ///   - left: how the one before was looked at in the end.
    ///   - looked: how this one is looked at to begin with.
    ///   - wakes: whether it may be changed, and so jobs that wait be seen to.
    case enter(Opened, left: Remembered, looked: Remembered, wakes: Bool)
  }
}

/// What the session does beside the screen.
enum Action: Sendable, Equatable {
  case sweep(Int, Sweep.Kind)
  /// Looks at what a mirroring would copy, by the number of the question that shows it.
  case plan(Int, Selection)
  /// Nobody waits for the plan any more.
  case stopPlan
  case stopSweeps
  /// Makes repositories, and mirrors the rows that named them.
  case createRepositories([NewRepository])
  /// Pauses the timer, or lets it go on.
  case setTimer(isPaused: Bool)
  case add(MirrorEntry)
  /// Adds and changes rows from a file, by its name as a person gave it.
  case importRows(String)
  /// Changes a row, if it still is as `original` says.
  case edit(original: MirrorEntry, new: MirrorEntry)
  case setEnabled([String], Bool)
  case remove([String])
  /// Takes a change of rows back.
  case undo(RowsEdit)
  case cancel(jobs: [String])
  /// Images are taken out of jobs that have more, and beside that jobs are cancelled.
  case withdraw([JobPart], cancelling: [String] = [])
  /// Queues jobs that ended once more.
  case retry([JobRequest])
  /// Writes a file that is not there yet.
  case write(file: String, text: String)
  /// Reads manifests of these references.
  case inspect([String], withSize: Bool)
  /// Reads what changed in an image.
  case compare(source: String, destination: String)
  /// Says what a tag rule selects; with a new list of tags where `again`.
  case preview(TagPreview.Subject, again: Bool)
  /// Runs a person's own command, and ends one.
  case runOwn(OwnRun)
  case stopOwn(Int)
  /// Shows an address in a web browser.
  case browse(String)
}

/// A repository that is missing, by its name with its registry, and a row that copies to it.
struct NewRepository: Sendable, Hashable {
  let name: String
  let mirror: String
}

/// One image of a job that has several.
struct JobPart: Sendable, Hashable {
  let job: String
  let source: String
}
