import Support

/// Counts looks from many tasks.
final class SweepTally: Sendable {
  private let progress = Lock(SweepProgress(looked: 0, known: 0))
  private let report: @Sendable (SweepProgress) -> Void

  init(_ report: @escaping @Sendable (SweepProgress) -> Void) {
    self.report = report
  }

  func know(_ count: Int) { change { $0.known += count } }
  func look() { change { $0.looked += 1 } }

  private func change(_ body: (inout SweepProgress) -> Void) {
    let now = progress.withLock { progress in
      body(&progress)
      return progress
    }
    report(now)
  }
}
