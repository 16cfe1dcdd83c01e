import MirrorCore

/// Where one is: a view, and what it is about.
enum Place: Sendable, Hashable {
  case mirrors
  case mirror(String)
  case jobs
  case job(String)
  case history
  case record(HistoryRow.ID)
  case runs
  case registries
  case registry(RegistryRow.ID)
  case problems
  case fault(Fault.ID)
  case messages
  case help

  var view: ViewKind {
    switch self {
    case .mirrors: .mirrors
    case .mirror: .mirror
    case .jobs: .jobs
    case .job: .job
    case .history: .history
    case .record: .record
    case .runs: .runs
    case .registries: .registries
    case .registry: .registry
    case .problems: .problems
    case .fault: .fault
    case .messages: .messages
    case .help: .help
    }
  }

  /// The views that a number or Tab leads to.
  static let tabs: [Place] = [.mirrors, .jobs, .history, .runs, .registries, .problems, .messages]
}

enum ViewKind: Int, Sendable, Hashable, CaseIterable {
  case mirrors, mirror, jobs, job, history, record, runs, registries, registry, problems, fault, messages, help

  var set: ViewSet { ViewSet(rawValue: 1 << rawValue) }

  var title: String {
    switch self {
    case .mirrors: "Mirrors"
    case .mirror: "Mirror"
    case .jobs: "Jobs"
    case .job: "Job"
    case .history: "History"
    case .record: "Record"
    case .runs: "Runs"
    case .registries: "Registries"
    case .registry: "Registry"
    case .problems: "Problems"
    case .fault: "Problem"
    case .messages: "Messages"
    case .help: "Help"
    }
  }
}

struct ViewSet: OptionSet, Sendable, Hashable {
  let rawValue: Int

  static let mirrors = ViewKind.mirrors.set
  static let mirror = ViewKind.mirror.set
  static let jobs = ViewKind.jobs.set
  static let job = ViewKind.job.set
  static let history = ViewKind.history.set
  static let record = ViewKind.record.set
  static let runs = ViewKind.runs.set
  static let registries = ViewKind.registries.set
  static let registry = ViewKind.registry.set
  static let problems = ViewKind.problems.set
  static let fault = ViewKind.fault.set
  static let messages = ViewKind.messages.set
  static let help = ViewKind.help.set

  static let all = ViewSet(ViewKind.allCases.map(\.set))
  static let mirrorViews: ViewSet = [.mirrors, .mirror, .problems]
  static let lists: ViewSet = [.mirrors, .jobs, .history, .runs, .registries, .problems]
  /// Views whose rows, or whose subject, have a name to copy.
  static let copyable = ViewSet.all.subtracting([.messages, .help])
  static let markable: ViewSet = [.mirrors, .jobs, .problems]
}
