import FoundationEssentials
import OCIRegistry
import Testing

@testable import MirrorCore

/// A job that is stopped past this program, as in AWS's console, leaves its row `failed`: what the queue says of it
/// counts where the row is shown.
@Suite struct StoppedJobTests {
  private static let now = JudgeTests.now
  private static let here = "d.example/app:1"

  private static func status(_ state: JobState, _ change: (inout Observed) -> Void = { _ in }) -> DestinationStatus? {
    var observed = Observed(
      state: .failed, sourceDigest: JudgeTests.a, digest: JudgeTests.b, since: now, checked: now,
      error: "skopeo was stopped by signal 15 before the copy was complete", job: "job-1")
    observed.wasStopped = true
    change(&observed)
    var entry = MirrorEntry(source: "r.example/app:1", destinations: [here])
    entry.observed[here] = observed
    let job = Job(
      id: "job-1", name: "mirror",
      request: JobRequest(origin: .adhoc, mirror: entry.source, source: entry.source, destinations: [here]),
      state: state,
      reason: "Stopped from the console", created: now)
    return Snapshot.join(entries: [entry], jobs: [job], lastSweep: nil, now: now).mirrors.first?.destinations.first
  }

  @Test("Its destination stands as it was seen, with why somebody stopped the job") func stopped() {
    let drifted = Self.status(.cancelled)
    #expect(drifted?.state == .drifted && drifted?.error == "Stopped from the console")
    #expect(drifted?.digest == JudgeTests.b && drifted?.sourceDigest == JudgeTests.a)
    #expect(Self.status(.cancelled) { $0.digest = nil }?.state == .missing)
    #expect(Self.status(.cancelled) { $0.sourceDigest = nil }?.state == .unknown)
    #expect(Self.status(.cancelled) { $0.digest = JudgeTests.a }?.state == .inSync)
  }

  @Test("One that failed by itself, another job's failure, and what was seen since are told as they are") func others()
  {
    #expect(Self.status(.failed)?.state == .failed)
    #expect(Self.status(.cancelled) { $0.job = "job-2" }?.state == .failed)
    // As one of several destinations, or of a pack's images, that failed before the others were stopped.
    #expect(Self.status(.cancelled) { $0.wasStopped = nil }?.state == .failed)
    let since = Self.status(.cancelled) { ($0.state, $0.error) = (.blocked, "refused") }
    #expect(since?.state == .blocked && since?.error == "refused")
  }
}
