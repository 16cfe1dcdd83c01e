import Foundation
import MemoryBackend
import OCIRegistry
import Support
import TestSupport
import Testing

@testable import MirrorCore

/// What a person stops is told as stopped, and what was known of it stays.
@Suite(.timeLimit(.minutes(15)))
struct CancelledJobTests {
  /// With a copier that is at its copy to `d.example` until its job is told to end, and tells that it began.
  private static func held() -> (scene: Scene, hasBegun: Lock<Bool>) {
    let hasBegun = Lock(false)
    let scene = Scene { _, copy throws(CopyFailure) in
      guard copy.destination.registry == "d.example" else { return }
      hasBegun.withLock { $0 = true }
      try? await Task.sleep(for: .seconds(300))
      throw CopyFailure(.retry, "skopeo ended (signal 15) without saying why; the job's log has its last lines")
    }
    return (scene, hasBegun)
  }

  /// Has the job begin, does something, and waits for its end.
  private func working(
    on scene: Scene, _ hasBegun: Lock<Bool>, then act: (Job) async throws -> Void
  ) async throws -> Job {
    let job = try #require(try await scene.service.mirror(.all).submissions.first?.job)
    async let work: Void = scene.work()
    try await waitFor("the copy") { hasBegun.withLock(\.self) }
    try await act(job)
    try await work
    return try #require(try await scene.backend.queue.job(job.id))
  }

  @Test("A job that is stopped while it copies leaves its destinations as they were seen, and tells who stopped it")
  func copying() async throws {
    let (scene, hasBegun) = Self.held()
    try await scene.addRow()
    scene.registries.push(Scene.old, to: Scene.there)
    _ = try await scene.service.check(.all)
    let before = try #require(try await scene.observed(Scene.there))
    #expect(before.state == .drifted && before.digest == Scene.old)

    let job = try await working(on: scene, hasBegun) { try await scene.service.cancel($0.id) }
    #expect(job.state == .cancelled && job.reason == "cancelled by ann@web1")
    let here = try #require(try await scene.observed(Scene.here))
    #expect(here.state == .missing && here.sourceDigest == Scene.new && here.error == nil && here.retry == nil)
    // The job did not come so far.
    let there = try #require(try await scene.observed(Scene.there))
    #expect(there.state == .drifted && there.digest == Scene.old && there.checked == before.checked)
    #expect(here.job == job.id && there.job == job.id)

    let record = try await scene.record()
    #expect(record.isCancelled && record.error == "cancelled by ann@web1")
    #expect(record.destinations.map(\.outcome) == [.cancelled, .cancelled])
    #expect(try await scene.records().count == 1)
    // Nobody is put off by it, and the next run does what is left.
    #expect(try await scene.service.snapshot().summary == [.missing: 1, .drifted: 1])
  }

  @Test("What failed or was done before somebody stopped the job has failed, or is done")
  func partly() async throws {
    let hasBegun = Lock(false)
    let scene = Scene { _, copy throws(CopyFailure) in
      if copy.destination.registry == "d.example" { throw CopyFailure(.refused, "denied") }
      hasBegun.withLock { $0 = true }
      try? await Task.sleep(for: .seconds(300))
      throw CopyFailure(.retry, "skopeo ended (signal 15)")
    }
    try await scene.addRow()
    let job = try await working(on: scene, hasBegun) { try await scene.service.cancel($0.id) }
    #expect(job.state == .cancelled)
    let here = try #require(try await scene.observed(Scene.here))
    #expect(here.state == .failed && here.error == "denied" && here.retry != nil)
    #expect(try await scene.observed(Scene.there)?.state == .missing)
    #expect(try await scene.record().destinations.map(\.outcome) == [.failed, .cancelled])
  }

  @Test("A job that is told to end for another reason has failed, and forgets no digest that it did not come to see")
  func interrupted() async throws {
    let (scene, hasBegun) = Self.held()
    try await scene.addRow()
    scene.registries.push(Scene.old, to: Scene.there)
    _ = try await scene.service.check(.all)
    let order = scene.order()
    let work = Task { await scene.job(order).run() }
    try await waitFor("the copy") { hasBegun.withLock(\.self) }
    work.cancel()
    #expect(await work.value == .retry)
    let there = try #require(try await scene.observed(Scene.there))
    #expect(there.state == .failed && there.digest == Scene.old && there.sourceDigest == Scene.new)
    #expect(try await !scene.record().isCancelled)
  }
}
