public import FoundationEssentials
import Support

extension MirrorService {
  /// One unattended run: takes the lease, refuses while the last run still works, sweeps over the whole table, submits
  /// what drifted.
  ///
  /// - Parameters:
  ///   - id: of the run; its jobs carry it.
  ///   - holder: who runs it, for a person.
  /// - Throws: `MirrorError.refused` naming what still works.
  public func run(
    id: String, holder: String, onProgress: @escaping @Sendable (SweepProgress) -> Void = { _ in }
  ) async throws -> (RunRecord, SweepReport) {
    try await takeLease(id, holder)
    do {
      try await backend.queue.wake()
      try await refuseWhileJobsLive()
      let started = Date.now
      let report = try await whileRenewing(id, holder) {
        try await sweep(.all, purpose: .run(id: id), dryRun: false, now: started, onProgress: onProgress)
      }
      let record = RunRecord(id: id, kind: .run, started: started, report: report)
      try await backend.history.append(.run(record))
      try await backend.history.release(run: id)
      return (record, report)
    } catch {
      // In a task of its own, for this one may be cancelled. The reason for the end matters more than the lease, which
      // ends by itself.
      await Task { try? await backend.history.release(run: id) }.value
      throw error
    }
  }

  /// Has a run started as the timer would: by the installation's own machinery, or where it has none here and now.
  ///
  /// - Parameter holder: who does it, if it is this process.
  /// - Throws: `MirrorError.refused` naming what still works.
  public func startRun(
    holder: String, onProgress: @escaping @Sendable (SweepProgress) -> Void = { _ in }
  ) async throws -> RunStart {
    if let started = try await backend.automation.startRun() { return .elsewhere(started) }
    return .done(try await run(id: RunRecord.newID(), holder: holder, onProgress: onProgress).1)
  }

  /// Takes the lease away from whoever holds it, and tells of it first.
  ///
  /// - Returns: nil where nobody holds it.
  public func breakLease(telling tell: (RunLease, RunHolder.Standing) -> Void) async throws -> RunLease? {
    guard let lease = try await backend.history.lease() else { return nil }
    tell(lease, RunHolder.standing(lease.holder))
    try await backend.history.release(run: lease.run)
    return lease
  }

  private func takeLease(_ id: String, _ holder: String) async throws {
    let lease = RunLease(run: id, holder: holder, expires: .now + RunLease.length.seconds)
    var other = try await backend.history.acquire(lease)
    if let starter = other, starter.isStart(of: id) {
      try await backend.history.release(run: starter.run)
      other = try await backend.history.acquire(lease)
    }
    if let other { throw MirrorError.refused(by: other) }
  }

  private func refuseWhileJobsLive() async throws {
    let live = Job.blockingRuns(try await backend.queue.jobs(finished: 0), at: .now)
    if let refusal = MirrorError.refused(whileLive: live) { throw refusal }
  }

  private func whileRenewing<Value: Sendable>(
    _ id: String, _ holder: String, _ body: () async throws -> Value
  ) async throws -> Value {
    let renewal = Task {
      while true {
        try await Task.sleep(for: RunLease.length / 4)
        // A renewal that fails is tried again: the lease still runs for a while.
        try? await takeLease(id, holder)
      }
    }
    defer { renewal.cancel() }
    return try await body()
  }
}

/// What came of starting a run.
public enum RunStart: Sendable, Equatable {
  /// Somebody else does it.
  case elsewhere(StartedRun)
  /// It is done, but for its jobs.
  case done(SweepReport)
}

extension RunRecord {
  /// `20261123T200000Z-4f2a`: sorts by time, and two of one second differ.
  public static func newID(at date: Date = .now) -> String {
    let stamp = date.rfc3339.filter { $0.isNumber || $0 == "T" || $0 == "Z" }
    let suffix = String(UInt16.random(in: .min ... .max), radix: 16)
    return stamp + "-" + String(repeating: "0", count: 4 - suffix.count) + suffix
  }

  /// When a run began, as its id has it; nil for ids of another form.
  public static func began(_ id: String) -> Date? {
    let digits = id.prefix(16).filter(\.isNumber).map(String.init)
    guard digits.count == 14 else { return nil }
    func part(_ range: Range<Int>) -> String { digits[range].joined() }
    let day = "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))"
    return Date(rfc3339: "\(day)T\(part(8..<10)):\(part(10..<12)):\(part(12..<14))Z")
  }

  init(id: String, kind: Kind, started: Date, report: SweepReport) {
    self.init(
      id: id, kind: kind, started: started, finished: .now, mirrors: report.mirrors,
      found: Dictionary(uniqueKeysWithValues: report.found.map { ($0.key.rawValue, $0.value) }),
      submitted: report.submissions.count { $0.isNew })
  }
}
