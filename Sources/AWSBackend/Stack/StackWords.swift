public import FoundationEssentials
import Support

// The words that pass between a stack, its functions and its jobs, beside `StackSettings`: each end takes them from here.

extension StackSettings {
  /// The variable that tells functions and jobs which stack they belong to.
  public static let variable = "ECRMIRROR_STACK"
}

extension ControlJob {
  /// The name on AWS Batch of the control job that does this run.
  public static func name(run: String) -> String { prefix + run }
}

/// What the schedule function is asked: the part of an event of EventBridge's that names a run.
public struct RunEvent: Sendable, Codable {
  /// The same for every delivery of one event.
  public var id: String
  /// RFC 3339.
  public var time: String

  /// A new one.
  public init(at now: Date = .now) {
    id = UUID().uuidString.lowercased()
    time = now.rfc3339
  }
}

/// What the schedule function answers.
public struct RunAnswer: Sendable, Equatable, Codable {
  public var run: String
  /// The control job's id; nil where none was started, or another delivery of the event is starting it.
  public var job: String?
  /// Whether this very call started the run. Not every version says so.
  public var started: Bool?

  public init(run: String, job: String?, started: Bool) {
    self.run = run
    self.job = job
    self.started = started
  }
}

/// The types of the functions' errors, for alarms, filters and whoever calls one: letters and digits with a dot between.
public enum FunctionErrorType: String, Sendable, CaseIterable {
  /// The last run still works.
  case runRefused = "Run.Refused"
  /// The event is none that the function takes.
  case invalidEvent = "Event.Invalid"
  case mirrorInvalid = "Mirror.Invalid"
  case mirrorConflict = "Mirror.Conflict"
  case mirrorNotFound = "Mirror.NotFound"
  case mirrorRefused = "Mirror.Refused"
  case mirrorBackend = "Mirror.Backend"
}
