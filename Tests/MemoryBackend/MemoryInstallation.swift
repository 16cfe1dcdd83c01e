public import FoundationEssentials
public import MirrorCore
import Support

/// An installation all of which is in memory, for tests: a third backend, held to the same cases as the others.
///
/// Whoever has the installation has the same table, queue and history, as several processes have those of a folder.
public final class MemoryInstallation: Sendable {
  struct State {
    var entries: [String: MirrorEntry] = [:]
    var unreadable: [UnreadableRow] = []
    var jobs: [MemoryJob] = []
    /// What stops the try under way, by jobs.
    var running: [String: @Sendable () -> Void] = [:]
    /// In the order they were appended.
    var history: [HistoryItem] = []
    var lease: RunLease?
    var deferrals: [String: Date] = [:]
    var timer: RunTimer
    var faults: [Fault] = []
    var revisions: [MemoryPart: Int64] = [:]
    /// What a run puts together in one job; nil for a job for each image.
    var packs: PackLimits?
    var reads = 0
    var wakes = 0
    /// What everything fails with; nil while the installation is there.
    var outage: MirrorError?
  }

  private let state: Lock<State>
  /// What leases are held against.
  let now: @Sendable () -> Date

  /// - Parameter schedule: what its timer says; nil for none.
  public init(schedule: String? = nil, now: @escaping @Sendable () -> Date = { .now }) {
    state = Lock(State(timer: RunTimer(schedule: schedule)))
    self.now = now
  }

  public var backend: Backend {
    Backend(
      table: MemoryTable(self), queue: queue, history: MemoryHistory(self), logs: MemoryLogs(self),
      automation: MemoryAutomation(self), name: "memory")
  }

  public var queue: MemoryQueue { MemoryQueue(self) }

  /// Has everything fail from here on, or be there again.
  public func fail(with outage: MirrorError?) {
    state.withLock { $0.outage = outage }
  }

  /// What is wrong with its machinery.
  public func note(faults: [Fault]) {
    state.withLock { $0.faults = faults }
  }

  /// Rows that cannot be read.
  public func note(unreadable: [UnreadableRow]) {
    state.withLock { $0.unreadable = unreadable }
  }

  /// Has runs put small images together.
  public func pack(within limits: PackLimits) {
    state.withLock { $0.packs = limits }
  }

  /// How often whole pages of the table were read.
  public var reads: Int { state.withLock(\.reads) }

  /// How often somebody was to see to the jobs that wait.
  public var wakes: Int { state.withLock(\.wakes) }

  // MARK: - For its parts

  func read<Value>(_ body: (State) throws -> Value) throws -> Value {
    try state.withLock { state in
      if let outage = state.outage { throw outage }
      return try body(state)
    }
  }

  /// Changes all or nothing.
  func write<Value>(_ body: (inout State) throws -> Value) throws -> Value {
    try state.withLock { state in
      if let outage = state.outage { throw outage }
      var changed = state
      let value = try body(&changed)
      state = changed
      return value
    }
  }

  func revision(of part: MemoryPart) throws -> Int64? { try read { $0.revisions[part, default: 0] } }
}

/// What has a revision of its own.
enum MemoryPart: Sendable {
  case table, queue, history
}

extension MemoryInstallation.State {
  mutating func changed(_ part: MemoryPart) { revisions[part, default: 0] += 1 }
}
