import Foundation
import MemoryBackend
import OCIRegistry
import Support
import TestSupport
import Testing

@testable import MirrorCore

/// What a mirror job does, with registries in memory and a script in the place of skopeo.
@Suite struct MirrorJobTests {
  @Test("Each destination gets the image; the source is pulled once, and later copies read from the first good one")
  func copies() async throws {
    let scene = Scene()
    try await scene.addRow()
    scene.registries.push(Scene.old, to: Scene.there)
    #expect(await scene.job(scene.order()).run() == .fine)
    let pinned = "@\(Scene.new)"
    #expect(
      scene.copier.copies.map { "\($0.source) \($0.destination)" } == [
        "r.example/app\(pinned) \(Scene.here)", "d.example/app\(pinned) \(Scene.there)",
      ])
    for destination in [Scene.here, Scene.there] {
      #expect(scene.registries.digest(of: destination) == Scene.new)
      let observed = try #require(try await scene.observed(destination))
      #expect(observed.state == .inSync && observed.digest == Scene.new && observed.job == "j1")
    }
    let record = try await scene.record()
    #expect(record.order == scene.order() && record.succeeded && record.sourceDigest == Scene.new)
    #expect(
      record.destinations == [
        DestinationRecord(reference: Scene.here, outcome: .copied, after: Scene.new),
        DestinationRecord(reference: Scene.there, outcome: .copied, before: Scene.old, after: Scene.new),
      ])
  }

  @Test("What is in step by now is left alone")
  func skipped() async throws {
    let scene = Scene()
    try await scene.addRow()
    for destination in [Scene.here, Scene.there] { scene.registries.push(Scene.new, to: destination) }
    #expect(await scene.job(scene.order()).run() == .fine)
    #expect(scene.copier.copies.isEmpty)
    #expect(try await scene.record().destinations.map(\.outcome) == [.skipped, .skipped])
    #expect(try await scene.observed(Scene.there)?.state == .inSync)
  }

  @Test(
    "A manifest refused in unknown words is final where the tag stands for something else, as one look more tells",
    arguments: [
      (Optional(Scene.old), Verdict.refused, DestinationState.failed), (nil, .retry, .failed),
      (Scene.new, .fine, .inSync),
    ])
  func refusedManifest(there: Digest?, verdict: Verdict, state: DestinationState) async throws {
    let scene = Scene { scene, copy throws(CopyFailure) in
      guard copy.destination.registry == "e.example" else { return }
      if let there { scene.push(there, to: Scene.there) }
      throw CopyFailure(.retry, "uploading manifest: policy 7", .manifest)
    }
    try await scene.addRow()
    #expect(await scene.job(scene.order()).run() == verdict)
    let observed = try #require(try await scene.observed(Scene.there))
    #expect(observed.state == state && observed.digest == there)
    if verdict == .refused {
      #expect(observed.error?.hasPrefix("e.example/app:1 already points to \(Scene.old)") == true)
      #expect(observed.error?.hasSuffix("uploading manifest: policy 7") == true)
    }
  }

  /// How a copy to the second destination fails, and what comes of it.
  struct Failing: Sendable, CustomTestStringConvertible {
    let failure: CopyFailure
    let verdict: Verdict
    let state: DestinationState
    let outcome: DestinationRecord.Outcome
    var testDescription: String { failure.reason }
  }

  static let failures = [
    Failing(failure: CopyFailure(.retry, "the line is down"), verdict: .retry, state: .failed, outcome: .failed),
    Failing(failure: CopyFailure(.refused, "access denied"), verdict: .refused, state: .failed, outcome: .failed),
    Failing(
      failure: CopyFailure(.refused, "the tag is immutable", .immutable), verdict: .refused, state: .blocked,
      outcome: .blocked),
  ]

  @Test("A copy that fails at the second destination leaves the first in step, and says why", arguments: failures)
  func secondFails(failing: Failing) async throws {
    let scene = Scene { _, copy throws(CopyFailure) in
      if copy.destination.registry == "e.example" { throw failing.failure }
    }
    try await scene.addRow()
    scene.registries.push(Scene.old, to: Scene.there)
    #expect(await scene.job(scene.order()).run() == failing.verdict)
    let (first, second) = (try await scene.observed(Scene.here), try await scene.observed(Scene.there))
    #expect(first?.state == .inSync && first?.retry == nil)
    #expect(second?.state == failing.state && second?.error == failing.failure.reason)
    #expect(second?.digest == Scene.old && second?.retry?.failures == 1)
    let record = try await scene.record()
    #expect(!record.succeeded && record.error == failing.failure.reason)
    #expect(record.destinations.map(\.outcome) == [.copied, failing.outcome])
    #expect(record.destinations.last?.after == nil && record.destinations.last?.before == Scene.old)
  }

  @Test("Once one destination has it, the others copy from there side by side, as far as their registries take it")
  func sideBySide() async throws {
    let others = ["e.example", "f.example", "g.example", "g.example/a"].map { "\($0)/app:1" }
    let (under, most) = (Lock(0), Lock(0))
    let scene = Scene { _, copy throws(CopyFailure) in
      let count = under.withLock { under in
        under += 1
        return under
      }
      most.withLock { $0 = max($0, count) }
      // The first of the rest waits for a second one; nobody waits for the first of all.
      if copy.destination.registry == "e.example" {
        try? await waitFor("a second copy beside the first") { most.withLock { $0 > 1 } }
      }
      under.withLock { $0 -= 1 }
    }
    let order = scene.order([Scene.here] + others)
    #expect(await scene.job(order).run() == .fine)
    #expect(most.withLock { $0 > 1 && $0 <= 4 })
    #expect(scene.copier.copies.map(\.source.registry) == ["r.example"] + others.map { _ in "d.example" })
    #expect(try await scene.record().destinations.map(\.reference) == [Scene.here] + others)
    most.withLock { $0 = 0 }
    for destination in [Scene.here] + others { scene.registries.delete(destination) }
    var narrow = scene.job(scene.order([Scene.here, "g.example/app:1", "g.example/a/app:1"]))
    narrow.limits = CopyLimits(["g.example": .init(copies: 1)])
    #expect(await narrow.run() == .fine)
    #expect(most.withLock { $0 == 1 })
  }

  @Test("A first destination that fails keeps no other waiting: that one reads from the source")
  func firstFails() async throws {
    let scene = Scene { _, copy throws(CopyFailure) in
      if copy.destination.registry == "d.example" { throw CopyFailure(.retry, "no room") }
    }
    try await scene.addRow()
    #expect(await scene.job(scene.order()).run() == .retry)
    #expect(scene.copier.copies.last?.source.registry == "r.example")
    #expect(scene.registries.digest(of: Scene.there) == Scene.new)
  }

  @Test("A source that is pushed to during the copy is copied again by the same job")
  func moves() async throws {
    let scene = Scene { registries, _ in registries.push(Scene.newer, to: Scene.source) }
    try await scene.addRow()
    scene.registries.push(Scene.old, to: Scene.here)
    #expect(await scene.job(scene.order()).run() == .fine)
    #expect(scene.copier.copies.map(\.source.digest) == [Scene.new, Scene.new, Scene.newer, Scene.newer])
    #expect(scene.registries.digest(of: Scene.here) == Scene.newer)
    let record = try await scene.record()
    #expect(record.sourceDigest == Scene.newer)
    #expect(record.destinations.map(\.before) == [Scene.old, nil], "what was there before all of it")
    #expect(record.destinations.map(\.after) == [Scene.newer, Scene.newer])
    #expect(try await scene.records().count == 1)
  }

  @Test("A source that never rests is followed three times, and the next run goes on")
  func restless() async throws {
    let scene = Scene { registries, copy in
      let next = Digest.sha256(of: Array((copy.source.digest?.description ?? "").utf8))
      registries.push(next, to: Scene.source)
    }
    try await scene.addRow()
    #expect(await scene.job(scene.order([Scene.here])).run() == .fine)
    #expect(scene.copier.copies.count == 3)
    let copied = scene.registries.digest(of: Scene.here)
    #expect(copied == scene.copier.copies.last?.source.digest && copied != scene.registries.digest(of: Scene.source))
  }

  @Test("A copy after which the destination has something else, or nothing, has failed", arguments: [Scene.old, nil])
  func unverified(found: Digest?) async throws {
    let scene = Scene(after: { registries, copy in
      if let found {
        registries.push(found, to: copy.destination.description)
      } else {
        registries.delete(copy.destination.description)
      }
    })
    try await scene.addRow()
    #expect(await scene.job(scene.order([Scene.here])).run() == .retry)
    let observed = try #require(try await scene.observed(Scene.here))
    #expect(observed.state == .failed && observed.digest == found)
    #expect(observed.error?.contains(found == nil ? "something removed it" : "something else wrote it") == true)
  }

  @Test("A form that the destination refuses is converted, which the row and the record say")
  func converted() async throws {
    let scene = Scene { _, copy throws(CopyFailure) in
      if copy.form == .preserved { throw CopyFailure(.retry, "unsupported manifest") }
    }
    try await scene.addRow()
    scene.registries.push(Scene.new, to: Scene.source, mediaType: MediaType.dockerSchema1Signed)
    #expect(await scene.job(scene.order()).run() == .fine)
    #expect(scene.copier.copies.map(\.form) == [.preserved, .converted, .preserved, .converted])
    // What was converted cannot stand in for the source.
    #expect(scene.copier.copies.allSatisfy { $0.source.registry == "r.example" })
    let observed = try #require(try await scene.observed(Scene.there))
    #expect(observed.state == .inSync && observed.error?.contains("Docker schema 2") == true)
    #expect(observed.converted == Conversion(from: Scene.new, to: ScriptedCopier.converted(Scene.new)))
  }

  /// What keeps a job from looking at its source.
  static let unseen: [(@Sendable (MemoryRegistries) -> Void, Verdict)] = [
    ({ $0.delete(Scene.source) }, .badInput), ({ $0.refuse("r.example", with: 403) }, .refused),
    ({ $0.silence("r.example") }, .retry),
  ]

  @Test("A source that cannot be seen fails every destination, and forgets nothing that is known", arguments: 0..<3)
  func unseen(number: Int) async throws {
    let (happen, verdict) = Self.unseen[number]
    let scene = Scene()
    try await scene.addRow()
    let known = Observed(
      state: .drifted, sourceDigest: Scene.new, digest: Scene.old, since: .distantPast, checked: .distantPast)
    try await scene.backend.table.record([Scene.source: ObservedChange(set: [Scene.here: known])])
    happen(scene.registries)
    #expect(await scene.job(scene.order()).run() == verdict)
    #expect(scene.copier.copies.isEmpty)
    let observed = try #require(try await scene.observed(Scene.here))
    #expect(observed.state == .failed && observed.sourceDigest == Scene.new && observed.digest == Scene.old)
    #expect(try await scene.record().destinations.map(\.outcome) == [.failed, .failed])
  }

  // MARK: - Later

  /// Of one registry, an hour from now.
  static func later(_ registry: String) -> CopyFailure {
    CopyFailure(Deferral(registry, wait: .seconds(3600), now: .now))
  }

  @Test("A registry that wants it later ends the job, which is put off until then; nobody asks it before")
  func deferred() async throws {
    let scene = Scene({ _, copy async throws(CopyFailure) in
      if copy.destination.registry == "d.example" { throw Self.later("d.example") }
    })
    try await scene.addRow()
    #expect(await scene.job(scene.order()).run() == .refused)
    let observed = try #require(try await scene.observed(Scene.here))
    #expect(observed.state == .deferred && observed.sourceDigest == Scene.new)
    let until = try #require(observed.retry?.until)
    #expect(until >= Scene.now + 3600 && until <= .now + 3600)
    // Another registry of the same job got it all the same.
    #expect(try await scene.observed(Scene.there)?.state == .inSync)
    #expect(try await scene.record().destinations.map(\.outcome) == [.deferred, .copied])
    #expect(try await scene.backend.history.deferrals().registries == ["d.example"])

    // The next job for it neither copies nor looks, whoever asked for it.
    let before = scene.copier.copies.count
    #expect(await scene.job(scene.order(id: "j2")).run() == .refused)
    #expect(scene.copier.copies.count == before)
    #expect(try await scene.observed(Scene.here)?.state == .deferred)

    // Runs leave everything of it alone; what a person asks for is tried at once.
    let run = try await scene.service.sweep(
      .all, purpose: .run(id: "r2"), dryRun: false, now: .now, onProgress: { _ in })
    #expect(run.submissions.isEmpty && run.waiting == 1)
    #expect(try await scene.service.mirror(.all).submissions.count == 1)
    #expect(try await scene.backend.history.deferrals() == Deferrals())
  }

  @Test("A source that is not to be asked yet is not even looked at")
  func deferredSource() async throws {
    let scene = Scene()
    try await scene.addRow()
    try await scene.backend.history.setDeferral(of: "r.example", until: Scene.now + 1000)
    #expect(await scene.job(scene.order()).run() == .refused)
    #expect(scene.copier.copies.isEmpty)
    #expect(try await scene.record().destinations.map(\.outcome) == [.deferred, .deferred])
  }

  @Test("A registry that has a look wait long puts the job off as well; one that says no time does not")
  func deferredLook() {
    func failure(_ until: Date?) -> CopyFailure {
      CopyFailure(RegistryError(.throttled(until: until), subject: "r.example/a:1", registry: "r.example"))
    }
    #expect(failure(.now + 600).deferral?.registry == "r.example")
    #expect(failure(.now + 600).verdict == .refused)
    for until in [nil, .now + 20] as [Date?] {
      #expect(failure(until).deferral == nil && failure(until).verdict == .retry && failure(until).cause == .throttled)
    }
  }

  // MARK: - The order

  static let referrers = ["referrers": JSONValue.bool(true)]

  @Test("A copy knows the options of the row: as they were said, or else as the row has them")
  func options() async throws {
    for (said, row, known) in [
      (Self.referrers, ["immutable": .bool(true)], Self.referrers), ([:], Self.referrers, [:]),
      (nil, Self.referrers, Self.referrers), (nil, nil, [:]),
    ] as [([String: JSONValue]?, [String: JSONValue]?, [String: JSONValue])] {
      let scene = Scene()
      if let row { try await scene.addRow { $0.options = row } }
      #expect(await scene.job(scene.order(options: said)).run() == .fine)
      #expect(scene.copier.copies.map(\.options) == [known, known])
      #expect(try await scene.record().order.image.options == (said ?? row))
    }
  }

  @Test("A job that was submitted in the words of the first version does all that one of this version does")
  func oldWords() async throws {
    let scene = Scene()
    try await scene.addRow { $0.options = Self.referrers }
    let order = JobOrder(
      source: Scene.source, destinations: ["\(Scene.here),\(Scene.there)"],
      environment: [
        "AWS_BATCH_JOB_ID": "j1", "AWS_BATCH_JOB_ATTEMPT": "1", "ECRMIRROR_ORIGIN": "run", "ECRMIRROR_RUN": "r1",
        "ECRMIRROR_MIRROR": Scene.source,
      ], otherwise: "by-hand")
    #expect(await scene.job(order).run() == .fine)
    #expect(scene.copier.copies.map(\.options) == [Self.referrers, Self.referrers])
    #expect(try await scene.observed(Scene.there)?.state == .inSync)
    let record = try await scene.record()
    #expect(record.job == "j1" && record.origin == .run && record.run == "r1" && record.mirror == Scene.source)
  }

  @Test("By hand a reference may be short, and what it mirrors is written to the row of the source in full")
  func byHand() async throws {
    let scene = Scene()
    let row = "docker.io/library/alpine:3"
    try await scene.backend.table.write([.add(MirrorEntry(source: row, destinations: [Scene.here]))])
    scene.registries.push(Scene.new, to: "registry-1.docker.io/library/alpine:3")
    let order = JobOrder(
      source: "alpine:3", destinations: ["d.example/alpine e.example/alpine"], environment: [:], otherwise: "by-hand-1")
    #expect(await scene.job(order).run() == .fine)
    #expect(scene.registries.digest(of: "e.example/alpine:3") == Scene.new)
    let record = try await scene.record()
    #expect(record.mirror == row && record.source == row && record.job == "by-hand-1" && record.origin == .adhoc)
    #expect(try await scene.observed("d.example/alpine:3", of: row)?.state == .inSync)
  }

  @Test(
    "What cannot work as it is asked is bad input, and changes nothing",
    arguments: [("r.example/app", [Scene.here]), (Scene.source, []), (Scene.source, ["d.example/app@x"]), ("", ["d"])])
  func badInput(source: String, destinations: [String]) async throws {
    let scene = Scene()
    let order = JobOrder(source: source, destinations: destinations, environment: [:], otherwise: "x")
    #expect(await scene.job(order).run() == .badInput)
    #expect(scene.copier.copies.isEmpty)
    #expect(try await scene.records().isEmpty)
  }

  @Test("A job of several images does each, and the worst of them decides")
  func severalImages() async throws {
    let scene = Scene { _, copy throws(CopyFailure) in
      if copy.source.repository == "app" { throw CopyFailure(.retry, "the line is down") }
    }
    try await scene.addRow()
    try await scene.backend.table.write([.add(MirrorEntry(source: "r.example/b:1", destinations: ["d.example/b"]))])
    scene.registries.push(Scene.new, to: "r.example/b:1")
    var order = scene.order([Scene.here])
    order.request.others = [JobImage(mirror: "r.example/b:1", source: "r.example/b:1", destinations: ["d.example/b:1"])]
    #expect(await scene.job(order).run() == .retry)
    #expect(try await scene.observed(Scene.here)?.state == .failed)
    #expect(try await scene.observed("d.example/b:1", of: "r.example/b:1")?.state == .inSync)
  }

  @Test("A copy goes on where the store goes away under it")
  func storeGone() async throws {
    let gone = MirrorError(.backend, "the table is gone")
    let scene = Scene()
    try await scene.addRow()
    scene.installation.fail(with: gone)
    #expect(await scene.job(scene.order(options: nil)).run() == .fine)
    #expect(scene.registries.digest(of: Scene.there) == Scene.new)
    scene.installation.fail(with: nil)
    #expect(try await scene.records().isEmpty)
  }

  @Test("Progress says which destination of how many is being copied to")
  func progress() async throws {
    let scene = Scene()
    try await scene.addRow()
    let submitted = try await scene.backend.queue.submit([scene.order().request])
    let id = try submitted.map { try $0.get() }.first?.job.id ?? ""
    #expect(await scene.job(scene.order(id: id)).run() == .fine)
    #expect(scene.copier.copies.map(\.count.done) == [0, 1] && scene.copier.copies.map(\.count.total) == [2, 2])
    #expect(try await scene.backend.queue.job(id)?.progress?.phase == .done)
  }
}
