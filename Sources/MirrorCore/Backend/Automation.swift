public import FoundationEssentials

/// What keeps an installation going without a person: its timer, who does its runs, and the machinery for them.
public protocol Automation: Sendable {
  /// How all of it stands now.
  func status() async throws -> AutomationStatus

  /// Pauses the timer, or lets it go on. Runs under way and their jobs go on.
  ///
  /// - Throws: `MirrorError.notFound` where there is no timer.
  func setTimer(isPaused: Bool) async throws

  /// Has the installation's own machinery start a run, as its timer does.
  ///
  /// - Returns: nil where it has none: who asks does the run.
  /// - Throws: `MirrorError.refused` naming what still works.
  func startRun() async throws -> StartedRun?

  /// How long a status is good for, by what asking costs.
  var pace: Duration { get }
}

public struct AutomationStatus: Sendable, Equatable {
  public var timer: RunTimer
  /// The run that is under way; nil where none is.
  public var run: LiveRun?
  /// What keeps the installation from its work, whatever its mirrors; the worst first.
  public var faults: [Fault]

  public init(timer: RunTimer = RunTimer(), run: LiveRun? = nil, faults: [Fault] = []) {
    self.timer = timer
    self.run = run
    self.faults = faults
  }
}

/// What starts runs without a person.
public struct RunTimer: Sendable, Equatable {
  /// For a person: `every 15m`, or `rate(1 hour)` and the like in UTC; nil where nothing starts runs.
  public var schedule: String?
  public var isPaused: Bool
  /// When the next run is due, where that can be told.
  public var next: Date?

  public init(schedule: String? = nil, isPaused: Bool = false, next: Date? = nil) {
    self.schedule = schedule
    self.isPaused = isPaused
    self.next = next
  }
}

/// A run that has not ended.
public struct LiveRun: Sendable, Equatable {
  /// Who does it, for a person: a process, or a control job with how it stands.
  public let holder: String
  /// nil where that is not known.
  public let since: Date?

  public init(holder: String, since: Date? = nil) {
    self.holder = holder
    self.since = since
  }
}

/// A run that somebody else does.
public struct StartedRun: Sendable, Equatable {
  public let run: String
  /// The control job that does it; nil where it is being queued just now.
  public let job: String?

  public init(run: String, job: String?) {
    self.run = run
    self.job = job
  }
}
