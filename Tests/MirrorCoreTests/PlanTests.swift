import FoundationEssentials
import OCIRegistry
import Support
import Testing

@testable import MirrorCore

struct PlanTests {
  static let source = "r.example/app:1"
  static let entry = MirrorEntry(source: source, destinations: ["d.example/app", "e.example/app:2"])
  static let here = "d.example/app:1"
  static let there = "e.example/app:2"

  static func looks(_ source: Look, _ here: Look, _ there: Look) throws -> [LookTarget: Look] {
    [
      LookTarget(try ImageReference(Self.source)): source, LookTarget(try ImageReference(Self.here)): here,
      LookTarget(try ImageReference(Self.there)): there,
    ]
  }

  static func plan(
    of entry: MirrorEntry = entry, _ looks: [LookTarget: Look], live: Set<String> = [],
    deferred: [String: Date] = [:], _ purpose: PlanPurpose = .run(id: "r1")
  ) -> Plan {
    Plan.make(
      for: entry, images: Result { () throws(MirrorError) in try entry.images() }, looks: looks, live: live,
      deferred: Deferrals(deferred), purpose: purpose, now: JudgeTests.now)
  }

  @Test("One job for a source carries just the destinations out of step, and the options of its row")
  func onlyWhatDrifted() throws {
    let found = JudgeTests.found
    var entry = Self.entry
    entry.options = ["referrers": .bool(true)]
    let plan = Self.plan(of: entry, try Self.looks(found(JudgeTests.a), found(JudgeTests.a), .missing))
    #expect(
      plan.submit == [
        JobRequest(
          origin: .run, mirror: Self.source, source: Self.source, destinations: [Self.there], options: entry.options,
          run: "r1")
      ])
    #expect(plan.observed[Self.here]?.state == .inSync)
    #expect(plan.observed[Self.there]?.state == .missing)
  }

  @Test("Nothing is submitted for what cannot be seen, is not there, or is in sync")
  func nothingToSubmit() throws {
    let found = JudgeTests.found(JudgeTests.a)
    for looks in [
      try Self.looks(found, found, found), try Self.looks(.missing, found, .missing),
      try Self.looks(.failed("x"), found, .missing), try Self.looks(found, .failed("x"), .failed("y")), [:],
    ] {
      #expect(Self.plan(looks).submit.isEmpty)
    }
  }

  @Test("A run leaves alone what comes from a registry, or goes to one, that wants to be asked later")
  func deferred() throws {
    let looks = try Self.looks(JudgeTests.found(JudgeTests.a), .missing, .missing)
    let (later, over) = (JudgeTests.now + 60, JudgeTests.now)
    let some = Self.plan(looks, deferred: ["d.example": later, "x.example": later])
    #expect(some.submit.map(\.destinations) == [[Self.there]] && some.waiting == 1)
    #expect(some.observed[Self.here]?.state == .missing)
    let none = Self.plan(looks, deferred: ["r.example": later])
    #expect(none.submit.isEmpty && none.waiting == 2)
    #expect(Self.plan(looks, deferred: ["r.example": over]).submit.count == 1)
    #expect(Self.plan(looks, deferred: ["r.example": later], .adhoc).submit.count == 1)
  }

  @Test("Unattended, a source with a live job is passed over; a person is given that job by the queue")
  func liveJob() throws {
    let looks = try Self.looks(JudgeTests.found(JudgeTests.a), .missing, .missing)
    #expect(Self.plan(looks, live: [Self.source]).submit.isEmpty)
    #expect(Self.plan(looks, live: ["r.example/other:1"]).submit.count == 1)
    #expect(Self.plan(looks, live: [Self.source], .push).submit.isEmpty)
    #expect(Self.plan(looks, live: [Self.source], .adhoc).submit.count == 1)
  }

  @Test(
    "Who asks decides what is worth a job",
    arguments: [
      (DestinationState.failed, PlanPurpose.run(id: "r"), true), (.failed, .adhoc, true), (.failed, .push, true),
      (.failed, .check, false), (.blocked, .run(id: "r"), false), (.blocked, .push, false), (.blocked, .adhoc, true),
      (.blocked, .check, false),
    ])
  func purposes(state: DestinationState, purpose: PlanPurpose, expected: Bool) throws {
    var entry = Self.entry
    entry.destinations = ["d.example/app"]
    entry.observed = [Self.here: JudgeTests.previous(state)]
    let looks = try Self.looks(JudgeTests.found(JudgeTests.a), JudgeTests.found(JudgeTests.b), .missing)
    #expect(Self.plan(of: entry, looks, purpose).submit.isEmpty != expected)
  }

  @Test("After a push also what could not be looked at is worth a job, for the job may see more")
  func unseenAfterPush() throws {
    let found = JudgeTests.found(JudgeTests.a)
    let plan = Self.plan(try Self.looks(found, .failed("x"), found), .push)
    #expect(plan.submit.map(\.destinations) == [[Self.here]])
    #expect(plan.submit.map(\.origin) == [.push])
    #expect(Self.plan(try Self.looks(.failed("x"), found, found), .push).submit.count == 1)
  }

  @Test("A look that found nothing new changes nothing in the row")
  func quiet() throws {
    let found = JudgeTests.found(JudgeTests.a)
    let looks = try Self.looks(found, found, .missing)
    var entry = Self.entry
    entry.observed = Self.plan(looks).observed
    #expect(Self.plan(of: entry, looks).change.isEmpty)
    let other = try Self.looks(found, found, found)
    #expect(Set(Self.plan(of: entry, other).change.set.keys) == [Self.there])
  }

  @Test("What is no longer a destination is forgotten")
  func forgotten() throws {
    var entry = Self.entry
    entry.observed = ["old.example/app:1": JudgeTests.previous(.inSync)]
    let found = JudgeTests.found(JudgeTests.a)
    #expect(Self.plan(of: entry, try Self.looks(found, found, found)).change.remove == ["old.example/app:1"])
  }

  @Test("A row that cannot be used is unreachable at each destination, with the reason")
  func unusable() {
    let entry = MirrorEntry(source: "r.example/app", destinations: ["d.example/app", "e.example/app"])
    let plan = Self.plan(of: entry, [:])
    #expect(plan.observed.values.map(\.state) == [.unreachable, .unreachable])
    #expect(plan.observed["d.example/app"]?.error?.contains("needs a tag") == true)
    #expect(plan.submit.isEmpty)
  }

  @Test("Where tags cannot be listed, what is known of the tags seen before is kept")
  func tagsUnlisted() throws {
    var entry = MirrorEntry(source: "r.example/app", destinations: ["d.example/app"], tags: TagRule(latest: 1))
    var known = JudgeTests.previous(.inSync)
    known.converted = Conversion(from: JudgeTests.a, to: JudgeTests.b)
    entry.observed = [Self.here: known]
    let plan = Plan.make(
      for: entry, images: .failure(MirrorError(.backend, "no list")), looks: [:], live: [], purpose: .run(id: "r"),
      now: JudgeTests.now)
    #expect(plan.change.remove.isEmpty)
    let seen = try #require(plan.observed[Self.here])
    #expect(plan.observed.count == 1)
    #expect(seen.state == .unreachable)
    #expect(seen.error == "no list")
    #expect((seen.sourceDigest, seen.digest) == (known.sourceDigest, known.digest))
    #expect(seen.converted == known.converted)
  }

  @Test("A job's name tells who asked, and is the same for the same source only")
  func jobNames() {
    func name(_ origin: JobOrigin, _ source: String) -> String {
      JobRequest(origin: origin, mirror: "m", source: source, destinations: []).jobName
    }
    #expect(name(.run, "a:1") == name(.run, "a:1"))
    #expect(name(.run, "a:1") != name(.run, "a:2"))
    #expect(name(.adhoc, "a:1").hasPrefix("adhoc-"))
    #expect(name(.run, "a:1").dropFirst(3) == name(.push, "a:1").dropFirst(4))
    #expect(name(.adhoc, String(repeating: "x", count: 5000)).count <= 128)
  }
}
