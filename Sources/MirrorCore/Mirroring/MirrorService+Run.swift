public import FoundationEssentials
import Support

extension MirrorService {
  /// How long a lease lasts without being renewed: a run that died blocks the next for so long at the most.
  static let leaseLength = Duration.seconds(60)

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

  private func takeLease(_ id: String, _ holder: String) async throws {
    let lease = RunLease(run: id, holder: holder, expires: .now + Self.leaseLength.seconds)
    if let other = try await backend.history.acquire(lease) {
      throw MirrorError(
        .refused,
        "run \(other.run) by \(other.holder.cleaned) still works; its lease ends at \(other.expires.rfc3339) unless it is renewed"
      )
    }
  }

  private func refuseWhileJobsLive() async throws {
    let live = try await backend.queue.jobs(finished: 0).filter { $0.state.isLive && $0.origin == .run }
    if live.isEmpty { return }
    let named = live.prefix(5).map { "\($0.name) (\($0.source), \($0.state.rawValue))" }.joined(separator: ", ")
    let rest = live.count > 5 ? " and \(live.count - 5) more" : ""
    throw MirrorError(
      .refused, "\(live.count) job\(live.count == 1 ? "" : "s") of the last run still work: \(named)\(rest)")
  }

  private func whileRenewing<Value: Sendable>(
    _ id: String, _ holder: String, _ body: () async throws -> Value
  ) async throws -> Value {
    let renewal = Task {
      while true {
        try await Task.sleep(for: Self.leaseLength / 4)
        // A renewal that fails is tried again: the lease still runs for a while.
        try? await takeLease(id, holder)
      }
    }
    defer { renewal.cancel() }
    return try await body()
  }
}

extension RunRecord {
  /// `20261123T200000Z-4f2a`: sorts by time, and two of one second differ.
  public static func newID(at date: Date = .now) -> String {
    let stamp = date.rfc3339.filter { $0.isNumber || $0 == "T" || $0 == "Z" }
    let suffix = String(UInt16.random(in: .min ... .max), radix: 16)
    return stamp + "-" + String(repeating: "0", count: 4 - suffix.count) + suffix
  }

  init(id: String, kind: Kind, started: Date, report: SweepReport) {
    self.init(
      id: id, kind: kind, started: started, finished: .now, mirrors: report.mirrors,
      found: Dictionary(uniqueKeysWithValues: report.found.map { ($0.key.rawValue, $0.value) }),
      submitted: report.submissions.count { $0.isNew })
  }
}
