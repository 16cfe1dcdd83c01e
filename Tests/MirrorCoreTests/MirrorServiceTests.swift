import Foundation
import MemoryBackend
import OCIRegistry
import Support
import Testing

@testable import MirrorCore

/// What looks at mirrors and sets copies going, on an installation in memory.
@Suite struct MirrorServiceTests {
  // MARK: - A row to its copied image

  @Test("A check finds what is missing and submits nothing; a person has it copied; then nothing is left to do")
  func path() async throws {
    let scene = Scene()
    try await scene.addRow()
    let check = try await scene.service.check(.all)
    #expect(check.found == [.missing: 2] && check.submissions.isEmpty && !check.isClean)
    #expect(try await scene.observed(Scene.here)?.state == .missing)

    let report = try await scene.service.mirror(.drifted)
    let job = try #require(report.submissions.first?.job)
    #expect(report.submissions.map(\.isNew) == [true])
    #expect(
      job.request
        == JobRequest(
          origin: .adhoc, mirror: Scene.source, source: Scene.source, destinations: [Scene.here, Scene.there],
          options: [:], askedBy: "ann@web1"))
    #expect(try await scene.service.snapshot().mirrors.first?.state == .queued)

    try await scene.work()
    let snapshot = try await scene.service.snapshot()
    #expect(snapshot.mirrors.first?.destinations.map(\.state) == [.inSync, .inSync])
    #expect(snapshot.jobs.map(\.state) == [.succeeded])
    #expect(try await scene.record().order == JobOrder(id: job.id, attempt: 1, request: job.request))
    #expect(try await scene.service.check(.all).isClean)
    #expect(try await scene.service.mirror(.all).submissions.isEmpty)
  }

  @Test(
    "A check says what it asked of each registry, and what could have told as much; pinned sources are asked nothing")
  func asked() async throws {
    let scene = Scene()
    try await scene.addRow()
    for destination in [Scene.here, Scene.there, "f.example/app:1"] {
      scene.registries.push(Scene.new, to: destination)
    }
    let pinned = MirrorEntry(source: "p.example/app@\(Scene.new)", destinations: ["f.example/app:1"])
    try await scene.backend.table.write([.add(pinned)])
    let one = RegistryRequests(sent: 1, tokens: 0, floor: 1)
    let check = try await scene.service.check(.all)
    #expect(check.asked == ["r.example": one, "d.example": one, "e.example": one, "f.example": one])
    #expect(scene.registries.asked.count == 4)
    // Where the destination has something else the source has to be there.
    scene.registries.push(Scene.old, to: "f.example/app:1")
    let second = try await scene.service.check(.all)
    #expect(second.asked["p.example"]?.floor == 1)
    #expect(second.found[.sourceMissing] == 1)
  }

  @Test(
    "A job that fails is tried three times, then the row says why, and runs leave it alone for a while",
    arguments: [nil, Scene.old])
  func failing(there: Digest?) async throws {
    let scene = Scene { _, _ throws(CopyFailure) in throw CopyFailure(.retry, "the line is down") }
    try await scene.addRow { $0.destinations = [Scene.here] }
    if let there { scene.registries.push(there, to: Scene.here) }
    for round in 1...3 {
      #expect(try await run(scene, "r\(round)").submissions.count == 1, "round \(round)")
      try await scene.work()
      let job = try #require(try await scene.backend.queue.jobs(finished: 1).first)
      #expect(job.state == .failed && job.attempts.count == 3)
      #expect(try await scene.observed(Scene.here)?.retry?.failures == round)
    }
    #expect(scene.copier.copies.count == 9)
    let fourth = try await run(scene, "r4")
    #expect(fourth.waiting == 1 && fourth.submissions.isEmpty && fourth.found == [.failed: 1])
    // A person is not put off.
    #expect(try await scene.service.mirror(.all).submissions.count == 1)
  }

  @Test("One destination that fails is the only one that the next run copies")
  func partly() async throws {
    let isDown = Lock(true)
    let scene = Scene { _, copy throws(CopyFailure) in
      if copy.destination.registry == "e.example", isDown.withLock(\.self) { throw CopyFailure(.refused, "denied") }
    }
    try await scene.addRow()
    _ = try await run(scene, "r1")
    try await scene.work()
    #expect(try await scene.service.snapshot().summary == [.inSync: 1, .failed: 1])
    isDown.withLock { $0 = false }
    #expect(try await scene.service.mirror(.drifted).requests.map(\.destinations) == [[Scene.there]])
    try await scene.work()
    #expect(try await scene.service.snapshot().summary == [.inSync: 2])
  }

  @Test("A row with a tag rule mirrors the tags that there are, each by a job of its own, and forgets what is gone")
  func tags() async throws {
    let scene = Scene()
    for tag in ["2", "3-rc"] { scene.registries.push(Scene.newer, to: "r.example/app:\(tag)") }
    let row = "r.example/app"
    try await scene.backend.table.write([
      .add(MirrorEntry(source: row, destinations: ["d.example/app"], tags: TagRule(exclude: ["*-rc"])))
    ])
    let report = try await run(scene, "r1")
    #expect(Set(report.requests.map(\.source)) == [Scene.source, "r.example/app:2"])
    #expect(report.requests.allSatisfy { $0.mirror == row })
    try await scene.work()
    #expect(scene.registries.digest(of: "d.example/app:2") == Scene.newer)
    scene.registries.delete("r.example/app:2")
    _ = try await scene.service.check(.all)
    #expect(try await scene.backend.table.entry(row)?.observed.keys.sorted() == [Scene.here])
  }

  @Test("A push starts jobs for the rows that name the image, once")
  func push() async throws {
    let scene = Scene()
    try await scene.addRow()
    let image = try ImageReference(Scene.source)
    #expect(try await scene.service.push(image).submissions.map(\.job.request.origin) == [.push])
    #expect(try await scene.service.push(image).submissions.isEmpty, "its job lives")
    #expect(try await scene.service.push(ImageReference("r.example/other:1")).mirrors == 0)
  }

  @Test(
    "A look at a row counts when it was made, also where nothing is new; after one at everything its record says so",
    arguments: [Selection.sources([Scene.source]), .drifted, .all])
  func counted(selection: Selection) async throws {
    let scene = Scene()
    try await scene.addRow()
    _ = try await scene.service.check(.all)
    let first = try #require(try await scene.observed(Scene.here))
    let revision = try await scene.backend.table.revision()
    let report = try await scene.service.check(selection)
    let second = try #require(try await scene.observed(Scene.here))
    let shown = try #require(try await scene.service.snapshot().mirrors.first?.checkedAt)
    #expect(report.changed == 0 && second.saysTheSame(as: first) && second.since == first.since)
    #expect(shown > first.checked)
    let isWritten = try await scene.backend.table.revision() != revision
    #expect(isWritten == (selection != .all), "a quiet look at everything writes to no row")
    #expect(second.checked > first.checked || !isWritten)
  }

  // MARK: - Runs

  private func run(_ scene: Scene, _ id: String) async throws -> SweepReport {
    try await scene.service.run(id: id, holder: "a test").1
  }

  @Test("A run submits what drifted, leaves its record, and gives its lease back")
  func runs() async throws {
    let scene = Scene()
    try await scene.addRow()
    let (record, report) = try await scene.service.run(id: "r1", holder: "a test")
    #expect(record.id == "r1" && record.kind == .run && record.submitted == 1 && record.found == ["missing": 2])
    #expect(report.submissions.map(\.job.request.run) == ["r1"])
    #expect(try await scene.backend.history.items(of: nil, limit: 5) == [.run(record)])
    #expect(try await scene.backend.history.lease() == nil)
  }

  @Test("While a run holds the lease another is refused, and told who works; checks and people are not")
  func refusedByLease() async throws {
    let scene = Scene()
    try await scene.addRow()
    let history = scene.backend.history
    _ = try await history.acquire(RunLease(run: "r1", holder: "ann's machine", expires: Scene.now + 60))
    let error = await #expect(throws: MirrorError.self) { try await run(scene, "r2") }
    #expect(error?.kind == .refused && error?.description.hasPrefix("run r1 by ann's machine is still active") == true)
    #expect(try await history.lease()?.run == "r1")
    #expect(try await history.items(of: nil, limit: 5).isEmpty)
    #expect(try await scene.service.mirror(.all).submissions.count == 1)
  }

  @Test("The lease of whoever starts this very run makes way for it")
  func startLease() async throws {
    let scene = Scene()
    let start = RunLease.start(of: "r1", by: "x", holder: "the function", expires: Scene.now + 60)
    _ = try await scene.backend.history.acquire(start)
    await #expect(throws: MirrorError.self) { try await run(scene, "r2") }
    #expect(try await run(scene, "r1").mirrors == 0)
  }

  @Test("While jobs of the last run live the next is refused, and names them; jobs of people keep it from nothing")
  func refusedByJobs() async throws {
    let scene = Scene()
    try await scene.addRow()
    _ = try await scene.service.mirror(.all)
    #expect(try await run(scene, "r1").submissions.isEmpty, "a person's job does it")
    try await scene.work()
    scene.registries.push(Scene.newer, to: Scene.source)
    let job = try #require(try await run(scene, "r2").submissions.first?.job)
    let error = await #expect(throws: MirrorError.self) { try await run(scene, "r3") }
    #expect(error?.kind == .refused && error?.description.contains("\(job.name) (\(Scene.source), SUBMITTED)") == true)
    #expect(try await scene.backend.history.lease() == nil, "given back")
    try await scene.work()
    #expect(try await run(scene, "r3").isClean)
  }

  @Test("A run that the store fails ends with its error, and leaves no lease once the store is there again")
  func storeGone() async throws {
    let scene = Scene()
    try await scene.addRow()
    let gone = MirrorError(.backend, "the table is gone", Outage(.gone, "look for it"))
    let service = scene.service
    let error = await #expect(throws: MirrorError.self) {
      try await service.run(id: "r1", holder: "a test") { _ in scene.installation.fail(with: gone) }
    }
    #expect(error == gone)
    scene.installation.fail(with: nil)
    // Nobody could give the lease back: it ends by itself, and its run may go on.
    #expect(try await run(scene, "r1").submissions.count == 1)
  }

  @Test("A registry that is out of reach makes its mirrors unreachable, never in sync, and keeps no other waiting")
  func unreachable() async throws {
    let scene = Scene()
    try await scene.addRow()
    scene.registries.silence("e.example")
    let report = try await run(scene, "r1")
    #expect(report.found == [.missing: 1, .unreachable: 1])
    #expect(report.requests.map(\.destinations) == [[Scene.here]])
    #expect(try await scene.observed(Scene.there)?.error?.contains("e.example") == true)
  }

  @Test("Rows that are off or over are passed over, and told to who names them")
  func inactive() async throws {
    let scene = Scene()
    try await scene.addRow { $0.enabled = false }
    try await scene.backend.table.write([
      .add(MirrorEntry(source: "r.example/over:1", destinations: [Scene.here], expires: Date(timeIntervalSince1970: 1)))
    ])
    #expect(try await run(scene, "r1").mirrors == 0)
    let report = try await scene.service.mirror(.sources([Scene.source]))
    #expect(report.skipped.map(\.reason) == ["the mirror is disabled; enable it first"])
    #expect(scene.registries.asked.isEmpty)
  }

  @Test("A dry run says what it would submit, keeps what it saw, and submits nothing")
  func dryRun() async throws {
    let scene = Scene()
    try await scene.addRow()
    let report = try await scene.service.mirror(.all, dryRun: true)
    #expect(report.requests.count == 1 && report.submissions.isEmpty)
    #expect(try await scene.observed(Scene.here)?.state == .missing)
    #expect(try await scene.backend.queue.jobs(finished: 10).isEmpty)
  }

  @Test("Only a sweep over everything tells how fresh the rows are")
  func records() async throws {
    let scene = Scene()
    try await scene.addRow()
    _ = try await scene.service.check(.sources([Scene.source]))
    #expect(try await scene.backend.history.lastSweep() == nil)
    let before = Date.now
    _ = try await scene.service.check(.all)
    #expect(try await scene.backend.history.lastSweep() ?? .distantPast >= before)
  }

  @Test("A sweep that mirrors is recorded as such, and one that only looks as a check")
  func kinds() async throws {
    let scene = Scene()
    try await scene.addRow()
    _ = try await scene.service.mirror(.all, dryRun: true)
    _ = try await scene.service.mirror(.all)
    _ = try await scene.service.check(.all)
    let kinds = try await scene.backend.history.items(of: nil, limit: 10).compactMap { item in
      if case .run(let record) = item { record.kind } else { RunRecord.Kind?.none }
    }
    #expect(kinds.sorted { $0.rawValue < $1.rawValue } == [.adhoc, .check, .check])
  }

  @Test("A job that is cancelled while it waits says by whom, in the history too, and the row keeps what was seen")
  func cancelled() async throws {
    let scene = Scene()
    try await scene.addRow()
    let job = try #require(try await scene.service.mirror(.all).submissions.first?.job)
    try await scene.service.cancel(job.id)
    let ended = try #require(try await scene.backend.queue.job(job.id))
    #expect(ended.state == .cancelled && ended.reason == "cancelled by ann@web1")
    let record = try await scene.record()
    #expect(record.isCancelled && record.job == job.id && record.error == ended.reason && record.attempts == 0)
    #expect(record.destinations.map(\.outcome) == [.cancelled, .cancelled])
    #expect(try await scene.service.snapshot().summary == [.missing: 2])
    await #expect(throws: MirrorError.self) { try await scene.service.cancel("no-such-job") }
  }
}
