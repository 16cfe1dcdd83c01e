import MirrorCore

/// What kind of thing a person has to look at.
enum ProblemKind: Sendable, Equatable {
  /// The whole installation cannot be read.
  case installation(Outage.Cause?)
  case fault(Fault.Kind)
  /// The last run ended early.
  case run
  /// A row of the table cannot be read.
  case unreadable
  case destination(DestinationState)
  /// A registry wants no requests, or fails.
  case throttled
  case registry
  /// A job waits for longer than is usual.
  case stuck

  /// In a word: mostly the state of a destination.
  var word: String {
    switch self {
    case .installation(let cause): cause?.word ?? "error"
    case .fault(let kind): kind.rawValue
    case .run: "run"
    case .unreadable: UnreadableRow.word
    case .destination(let state): state.rawValue
    case .throttled: Outage.Cause.throttled.word
    case .registry: "registry"
    case .stuck: "stuck"
    }
  }

  /// Worse ones are higher. Destinations and faults have theirs from their tables: to 11, and around 80 and 99.
  var weight: Int {
    switch self {
    case .installation: 100
    case .fault(let kind): kind.weight
    case .run: 95
    case .unreadable: 90
    case .destination(let state): state.weight
    case .throttled, .registry: 7
    case .stuck: 5
    }
  }

  var severity: Severity {
    switch self {
    case .installation, .run: .bad
    case .unreadable: UnreadableRow.severity
    case .fault(let kind): kind.severity
    case .destination(let state): state.severity
    case .throttled, .registry, .stuck: .warning
    }
  }

  /// What the dashboard can do about it; nil where a person has to do something elsewhere.
  var remedy: Operation? {
    switch self {
    case .installation: .reload
    case .fault(.timer): .timer
    case .fault(.queue), .fault(.compute), .fault(.worker), .fault(.program), .fault(.deadLetters), .fault(.unseen),
      .unreadable, .throttled, .registry:
      nil
    case .run: .run
    case .destination(let state): state.remedy
    case .stuck: .cancel
    }
  }

  /// All that a filter may ask for.
  static let words =
    DestinationState.allCases.filter(\.isProblem).map(\.rawValue)
    + [unreadable, stuck, registry, run, installation(nil)].map(\.word)
    + Outage.Cause.allCases.map(\.word) + Fault.Kind.allCases.map(\.rawValue)
}

extension DestinationState {
  fileprivate var remedy: Operation? {
    switch self {
    case .failed, .deferred, .drifted, .missing: .mirror
    case .unreachable, .unknown: .check
    case .sourceMissing, .blocked, .contested: .edit
    case .inSync, .queued, .copying, .disabled, .expired: nil
    }
  }
}
