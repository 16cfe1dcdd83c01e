import FoundationEssentials
import OCIRegistry
import Support
import Testing

@testable import MirrorCore

@Suite struct RetryPauseTests {
  private static let now = JudgeTests.now
  private static let final = CopyFailure(.refused, "the repository does not exist")
  private static let passing = CopyFailure(.retry, "status 500")
  private static let throttled = CopyFailure(.retry, "429", .throttled)

  /// Hours until the next try, after each of so many jobs.
  private static func pauses(_ failure: CopyFailure, jobs: Int) -> [Double] {
    var observed = JudgeTests.previous(.failed)
    return (1...jobs).map { number in
      let retry = RetryPause(
        after: failure, previous: observed, job: "job-\(number)", definition: "d", now: now)
      (observed.retry, observed.job) = (retry, "job-\(number)")
      return retry.until.timeIntervalSince(now) / 3600
    }
  }

  @Test("What a person must mend is tried after an hour, then once a day; what may pass, sooner") func pauses() {
    #expect(Self.pauses(Self.final, jobs: 4) == [1, 24, 24, 24])
    #expect(Self.pauses(Self.passing, jobs: 7) == [0, 0, 1, 1, 1, 24, 24])
    #expect(Self.pauses(Self.throttled, jobs: 7) == [0, 0, 1, 1, 1, 1, 1])
  }

  @Test("What a registry puts off waits until then, and counts for no failure") func deferred() {
    let failure = CopyFailure(Deferral("r.example", wait: .seconds(1800), now: Self.now))
    #expect(Self.pauses(failure, jobs: 3) == [0.5, 0.5, 0.5])
    var observed = JudgeTests.previous(.deferred)
    observed.retry = RetryPause(after: failure, previous: nil, job: "job", definition: "d", now: Self.now)
    #expect(observed.retry?.failures == 1)
    let look = Observed.judge(
      source: JudgeTests.found(JudgeTests.a), destination: JudgeTests.found(JudgeTests.b), previous: observed,
      now: Self.now)
    #expect(look.state == .deferred && look.retry == observed.retry)
    let later = Observed.judge(
      source: JudgeTests.found(JudgeTests.a), destination: JudgeTests.found(JudgeTests.b), previous: observed,
      now: Self.now + 1801)
    #expect(later.state == .drifted)
  }

  @Test("The tries of one job count once, and another definition of the row begins anew") func counting() {
    var observed = JudgeTests.previous(.failed)
    for _ in 1...3 {
      observed.retry = RetryPause(after: Self.passing, previous: observed, job: "job", definition: "d", now: Self.now)
      observed.job = "job"
    }
    #expect(observed.retry?.failures == 1)
    let other = RetryPause(after: Self.passing, previous: observed, job: "next", definition: "e", now: Self.now)
    #expect(other.failures == 1)
  }

  @Test("A pause that is over, of another definition, or longer than any is none") func validity() {
    let pause = RetryPause(failures: 1, until: Self.now + 60, definition: "d")
    #expect(pause.nextTry(definition: "d", now: Self.now) == Self.now + 60)
    #expect(pause.nextTry(definition: "d", now: Self.now + 60) == nil)
    #expect(pause.nextTry(definition: "e", now: Self.now) == nil)
    #expect(pause.nextTry(definition: "d", now: Self.now - 86_400) == nil)
  }

  // MARK: - Plans

  private static func entry(_ change: (inout MirrorEntry) -> Void = { _ in }) -> MirrorEntry {
    var entry = PlanTests.entry
    entry.destinations = ["d.example/app"]
    var failed = JudgeTests.previous(.failed)
    (failed.sourceDigest, failed.digest) = (JudgeTests.a, JudgeTests.b)
    failed.retry = RetryPause(failures: 2, until: now + 3600, definition: entry.definition)
    entry.observed = [PlanTests.here: failed]
    change(&entry)
    return entry
  }

  private static func plan(
    _ entry: MirrorEntry, source: Look = JudgeTests.found(JudgeTests.a), there: Look = JudgeTests.found(JudgeTests.b),
    _ purpose: PlanPurpose = .run(id: "r")
  ) throws -> Plan {
    PlanTests.plan(of: entry, try PlanTests.looks(source, there, .missing), purpose)
  }

  @Test("A run leaves alone what waits for its next try, and says so") func runs() throws {
    let plan = try Self.plan(Self.entry())
    #expect(plan.submit.isEmpty && plan.waiting == 1)
    #expect(plan.observed[PlanTests.here]?.state == .failed)
    #expect(plan.observed[PlanTests.here]?.retry?.failures == 2)
    var report = SweepReport()
    report.waiting = 2
    #expect(report.summary.hasSuffix("; 2 wait for the next retry"))
  }

  @Test("A person and a push are given their job at once", arguments: [PlanPurpose.adhoc, .push])
  func asked(purpose: PlanPurpose) throws {
    #expect(try Self.plan(Self.entry(), purpose).submit.count == 1)
  }

  @Test("A new source, another image at the destination, or an edited row is tried at once") func changes() throws {
    let c = Digest.sha256(of: [3])
    #expect(try Self.plan(Self.entry(), source: JudgeTests.found(c)).submit.count == 1)
    #expect(try Self.plan(Self.entry(), there: JudgeTests.found(c)).submit.count == 1)
    #expect(try Self.plan(Self.entry(), there: .missing).submit.count == 1)
    #expect(try Self.plan(Self.entry { $0.options = ["platforms": .string("linux/amd64")] }).submit.count == 1)
    #expect(
      try Self.plan(Self.entry { $0.destinations.append("e.example/app:2") }).submit.first?.destinations.count == 2)
  }

  @Test("A look that failed in between does not end a pause") func unseen() throws {
    var entry = Self.entry()
    entry.observed = try Self.plan(entry, there: .failed("no route")).observed
    #expect(entry.observed[PlanTests.here]?.state == .unreachable)
    let plan = try Self.plan(entry)
    #expect(plan.submit.isEmpty && plan.waiting == 1)
  }

  @Test("In step, nothing waits any more") func mended() throws {
    let plan = try Self.plan(Self.entry(), there: JudgeTests.found(JudgeTests.a))
    #expect(plan.observed[PlanTests.here]?.retry == nil && plan.waiting == 0)
  }

  @Test("The next try is shown where runs wait, and not while a job is under way") func shown() throws {
    let entry = Self.entry()
    func status(_ jobs: [Job], _ entry: MirrorEntry) -> DestinationStatus? {
      Snapshot.join(entries: [entry], jobs: jobs, lastSweep: nil, now: Self.now).mirrors.first?.destinations.first
    }
    #expect(status([], entry)?.retry?.until == Self.now + 3600)
    #expect(status([], Self.entry { $0.enabled = false })?.retry == nil)
    for state in [DestinationState.blocked, .unreachable, .inSync] {
      #expect(status([], Self.entry { $0.observed[PlanTests.here]?.state = state })?.retry == nil)
    }
    let job = Job(
      id: "1", name: "n",
      request: JobRequest(origin: .adhoc, mirror: entry.source, source: entry.source, destinations: [PlanTests.here]),
      state: .runnable, created: Self.now)
    #expect(status([job], entry)?.retry == nil)
  }
}
