import FoundationEssentials
import MirrorCore
import OCIRegistry
import Terminal

/// What happened: keys, time, and news from what is stored.
enum Event: Sendable {
  /// The dashboard begins.
  case began
  case key(Key, Arrival = Arrival())
  /// What asks for an answer stands before the person, since then.
  case shown(ContinuousClock.Instant)
  case resized(Size)
  case tick(Date)
  /// An installation is open: it takes the screen.
  case opened(Opened)
  /// It cannot be opened: its name as it was typed, and why.
  case notOpened(String, String)
  /// Everything stored, read anew.
  case loaded(Load)
  /// The first of what is stored, while the rest is read.
  case loading(Load)
  /// How often what is stored is looked at from now on.
  case pace(Duration)
  /// Nothing had changed at that time.
  case unchanged(Date)
  /// What is stored could not be read; the next try comes at `retry`.
  case loadFailed(Failure, at: Date, retry: Date)
  case history([HistoryRow], of: HistoryScope)
  case historyFailed(String, of: HistoryScope)
  /// What was seen of registries so far, and as whom they are asked.
  case registries([RegistryStatus], signIns: [String: SignIn])
  /// How timer and machinery stand.
  case automation(AutomationStatus)
  case log(LogPage, of: LogSource)
  case logFailed(String, of: LogSource)
  case inspected(String, ImageLook)
  case compared(source: String, destination: String, DifferenceLook.Outcome)
  case previewed(TagPreview.Subject, TagPreview.Outcome)
  /// What a person's own command has said so far.
  case output(CommandOutput)
  case sweepProgress(Int, SweepProgress)
  case sweepEnded(Int, Message)
  /// How far the look for a plan is, what it came to, and why there is none; by the number of the question.
  case planProgress(Int, SweepProgress)
  case planned(Int, CopyPlan)
  case planFailed(Int, Message)
  /// A change of rows is over: what was written, nil for nothing, and what is said of it.
  case rowsChanged(RowsEdit?, Message)
  /// What was undone, and what is said of it; nil where nothing was.
  case rowsUndone(RowsEdit, RowsChanged?, Message)
  case message(Message)
}

/// What is stored, made ready for the lists: as much of it as is new.
struct Load: Sendable {
  var at: Date
  var mirrors: Rows
  var jobs: [JobRow]
  var lastSweep: Date?
  /// Of all mirrors.
  var overview: Overview

  /// Whether no mirror reads differently.
  var isSame: Bool { if case .changed(let rows) = mirrors { rows.isEmpty } else { false } }

  enum Rows: Sendable {
    case all([MirrorRow])
    /// Rows that stand where they stood, by their place.
    case changed([Int: MirrorRow])
  }

  init(at: Date, mirrors: [MirrorRow], jobs: [JobRow], lastSweep: Date?) {
    self.init(at: at, mirrors: .all(mirrors), jobs: jobs, lastSweep: lastSweep, overview: Overview(mirrors))
  }

  init(at: Date, mirrors: Rows, jobs: [JobRow], lastSweep: Date?, overview: Overview) {
    self.at = at
    self.mirrors = mirrors
    self.jobs = jobs
    self.lastSweep = lastSweep
    self.overview = overview
  }
}

/// Whose history is shown.
enum HistoryScope: Sendable, Hashable {
  case all
  case mirror(String)
}

/// What the screen shows beyond the lists, and so has to be read and kept fresh.
struct Watch: Sendable, Hashable {
  var history: HistoryScope?
  /// A repository on each registry that is shown.
  var registries: [String: String]?
  var log: LogSource?
}
