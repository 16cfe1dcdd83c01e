import Foundation
import MemoryBackend
import OCIRegistry
import Support
import TestSupport
import Testing

@testable import MirrorCore

/// Jobs that work off a list of images.
@Suite struct MirrorPackTests {
  /// An installation with so many rows, `r.example/0:1` to `d.example/0:1` and so on, all missing at the destination.
  private func scene(
    _ count: Int, limits: PackLimits = PackLimits(), _ before: @escaping Scene.Script = { _, _ in }
  ) async throws -> Scene {
    let scene = Scene(before)
    scene.installation.pack(within: limits)
    for number in 0..<count {
      scene.registries.push(Scene.new, to: Self.source(number))
      try await scene.backend.table.write([
        .add(MirrorEntry(source: Self.source(number), destinations: [Self.destination(number)]))
      ])
    }
    return scene
  }

  private static func source(_ number: Int) -> String { "r.example/\(number):1" }
  private static func destination(_ number: Int) -> String { "d.example/\(number):1" }

  private func run(_ scene: Scene, _ id: String = "r1") async throws -> SweepReport {
    try await scene.service.run(id: id, holder: "test").1
  }

  private func states(_ scene: Scene) async throws -> [DestinationState: Int] {
    let all = try await scene.service.snapshot().mirrors.flatMap(\.destinations).map(\.state)
    return all.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }

  @Test("A run packs what drifted into one job; each row has its own state and history")
  func whole() async throws {
    let scene = try await scene(30)
    let report = try await run(scene)
    #expect(report.submissions.map(\.isNew) == [true] && report.submissions.first?.job.images.count == 30)
    #expect(report.summary.hasSuffix("; 1 job submitted for 30 images"))
    #expect(try await states(scene) == [.queued: 30])
    try await scene.work()
    #expect(try await states(scene) == [.inSync: 30])
    let records = try await scene.records()
    #expect(Set(records.map(\.source)).count == 30 && records.count == 30)
    #expect(records.allSatisfy { $0.succeeded && $0.attempts == 1 && $0.run == "r1" && $0.mirror == $0.source })
    #expect(scene.copier.copies.count == 30)
    #expect(try await run(scene, "r2").submissions.isEmpty)
  }

  @Test("A person, and a push, have a job for each image")
  func alone() async throws {
    let scene = try await scene(3)
    #expect(try await scene.service.mirror(.all).submissions.map(\.job.images.count) == [1, 1, 1])
  }

  @Test("A job that is killed in its middle goes on with what is not done")
  func killed() async throws {
    let scene = try await scene(20)
    let job = try #require(try await run(scene).submissions.first?.job)
    // The first try ends with the process: what is under way then is written nowhere.
    let order = JobOrder(id: job.id, attempt: 1, request: job.request)
    for image in job.images.prefix(7) {
      _ = try await scene.backend.queue.begin(image, of: order)
      guard let one = job.request.having([image]) else { continue }
      _ = await scene.job(JobOrder(id: job.id, attempt: 1, request: one)).run()
      try await scene.backend.queue.settle(image, of: order)
    }
    for image in job.images[7..<10] { _ = try await scene.backend.queue.begin(image, of: order) }
    #expect(await scene.job(JobOrder(id: job.id, attempt: 2, request: job.request)).run() == .fine)
    #expect(scene.copier.copies.count == 20, "nothing is copied twice")
    let tries = Dictionary(grouping: try await scene.records(), by: \.attempts).mapValues(\.count)
    #expect(tries == [1: 17, 2: 3], "only what was under way counts as tried before")
    #expect(Set(scene.copier.copies.map(\.destination.description)) == Set((0..<20).map(Self.destination)))
  }

  @Test("What fails is tried again without what is done, and what is refused is not")
  func failing() async throws {
    let scene = try await scene(6) { _, copy throws(CopyFailure) in
      if copy.destination.description == Self.destination(2) { throw CopyFailure(.retry, "the line is down") }
      if copy.destination.description == Self.destination(4) { throw CopyFailure(.refused, "no") }
    }
    _ = try await run(scene)
    try await scene.work()
    let job = try #require(try await scene.backend.queue.jobs(finished: 1).first)
    #expect(job.state == .failed && job.attempts.map(\.exitCode) == [1, 1, 1])
    let copies = Dictionary(grouping: scene.copier.copies, by: \.destination.description).mapValues(\.count)
    #expect(copies == [0: 1, 1: 1, 2: 3, 3: 1, 4: 1, 5: 1].mapKeys(Self.destination))
    #expect(try await states(scene) == [.inSync: 4, .failed: 2])
    #expect(try await scene.records().filter { !$0.succeeded }.map(\.attempts).sorted() == [1, 3])
  }

  @Test("A push takes an image out of a job that has not begun with it, and waits for one that has")
  func push() async throws {
    let scene = try await scene(4)
    let pack = try #require(try await run(scene).submissions.first?.job)
    let order = JobOrder(id: pack.id, attempt: 1, request: pack.request)
    let begun = try #require(pack.images.first)
    let queue = scene.backend.queue
    #expect(try await queue.begin(begun, of: order) == .attempt(1))
    let image = try ImageReference(begun.source)
    #expect(try await scene.service.push(image).submissions.map(\.job.id) == [pack.id])
    let other = pack.images[1]
    let pushed = try await scene.service.push(ImageReference(other.source)).submissions
    #expect(pushed.map(\.isNew) == [true] && pushed.first?.job.images == [other])
    #expect(try await queue.begin(other, of: order) == .gone)
    try await queue.settle(begun, of: order)
    #expect(try await scene.service.push(image).submissions.map(\.isNew) == [true], "it was pushed to since")
  }

  @Test("An image is taken out of a job by itself; the others are copied")
  func withdrawn() async throws {
    let scene = try await scene(3)
    let pack = try #require(try await run(scene).submissions.first?.job)
    try await scene.service.cancel(pack.id, only: Self.source(1))
    try await scene.work()
    #expect(try await states(scene) == [.inSync: 2, .missing: 1])
    let record = try #require(try await scene.records().first { $0.source == Self.source(1) })
    #expect(record.isCancelled && record.error == "cancelled by ann@web1")
    await #expect(throws: MirrorError.self) { try await scene.service.cancel(pack.id, only: Self.source(0)) }
  }

  @Test("A job that is told to end leaves what it has not begun with to its next try")
  func stopped() async throws {
    let began = Lock(0)
    let scene = try await scene(20) { _, _ throws(CopyFailure) in
      began.withLock { $0 += 1 }
      try? await Task.sleep(for: .seconds(3600))
      throw CopyFailure(.retry, "stopped")
    }
    let job = try #require(try await run(scene).submissions.first?.job)
    let attempt = Task { await scene.job(JobOrder(id: job.id, attempt: 1, request: job.request)).run() }
    try await waitFor("the first copies") { began.withLock(\.self) == MirrorJob.imagesAtOnce }
    attempt.cancel()
    #expect(await attempt.value == .retry)
    #expect(began.withLock(\.self) == MirrorJob.imagesAtOnce)
    #expect(try await scene.records().count == MirrorJob.imagesAtOnce)
  }

  @Test("Whom a person stops a job before its turn has that in its history; what was under way has it too")
  func cancelled() async throws {
    let began = Lock(0)
    let scene = try await scene(20) { _, _ throws(CopyFailure) in
      began.withLock { $0 += 1 }
      try? await Task.sleep(for: .seconds(3600))
      throw CopyFailure(.retry, "stopped")
    }
    let job = try #require(try await run(scene).submissions.first?.job)
    let working = Task { try await scene.work() }
    try await waitFor("the first copies") { began.withLock(\.self) == MirrorJob.imagesAtOnce }
    try await scene.service.cancel(job.id)
    try await working.value
    let records = try await scene.records()
    #expect(records.count == 20 && records.allSatisfy { $0.isCancelled && $0.error == "cancelled by ann@web1" })
    #expect(records.count { $0.attempts == 0 } == 20 - MirrorJob.imagesAtOnce)
    #expect(try await states(scene) == [.missing: 20])
  }

  @Test("A job that ends says how many images are done, failed, and not begun, and is tried again for the last")
  func end() {
    typealias Outcome = MirrorPack.Outcome
    let all: [Outcome] = [.ended(.fine), .ended(.fine), .ended(.refused), .ended(.retry), .gone, .left]
    #expect(
      MirrorPack.summary(all)
        == "6 images: 2 done, 2 failed, 1 already done or taken out, 1 not started, as the job was stopped")
    #expect(MirrorPack.summary([.ended(.fine)]) == "1 image: 1 done, 0 failed")
    #expect(MirrorPack.verdict([.ended(.refused), .left]) == .retry)
    #expect(MirrorPack.verdict([.ended(.fine), .ended(.badInput), .ended(.refused), .gone]) == .refused)
    #expect(MirrorPack.verdict([.gone, .ended(.fine)]) == .fine)
  }

  /// A pack of so many images to ECR, beside so many others that none of them may put a manifest twice in an hour.
  private func paced(_ count: Int, _ scene: Scene) throws -> JobOrder {
    let images = (0..<count).map {
      JobImage(mirror: Self.source($0), source: Self.source($0), destinations: ["\(Self.ecr)/\($0):1"], options: [:])
    }
    for image in images { scene.registries.push(Scene.new, to: image.source) }
    var request = try #require(JobRequest(images[0], origin: .run).having(images))
    request.together = 1_000_000
    return JobOrder(id: "j1", attempt: 2, request: request)
  }

  @Test("What is in step already waits for no registry's pace, as after a crash")
  func unpaced() async throws {
    let scene = try await scene(0)
    let order = try paced(20, scene)
    for image in order.images { scene.registries.push(Scene.new, to: image.destinations[0]) }
    let ended = Lock<Verdict?>(nil)
    let job = Task {
      let verdict = await scene.job(order).run()
      ended.withLock { $0 = verdict }
    }
    defer { job.cancel() }
    try await waitFor("the job to see that there is nothing to do") { ended.withLock(\.self) == .fine }
    #expect(scene.copier.copies.isEmpty)
  }

  @Test("What is to be copied waits for it, and who is told to end waits no longer")
  func waits() async throws {
    let scene = try await scene(0)
    let order = try paced(3, scene)
    let job = Task { await scene.job(order).run() }
    try await waitFor("the first copy") { scene.copier.copies.count == 1 }
    job.cancel()
    #expect(await job.value == .retry)
    #expect(scene.copier.copies.count == 1)
  }

  @Test("Packs that a person queues once more share what a registry takes, and an image is named as people spell it")
  func again() async throws {
    let scene = try await scene(4)
    let images = (0..<4).map { JobImage(mirror: "m", source: Self.source($0), destinations: [Self.destination($0)]) }
    let requests = [Array(images[0..<2]), Array(images[2..<4])].compactMap {
      JobRequest(images[0], origin: .run).having($0)?.again
    }
    let jobs = try await scene.service.submit(requests).map { try $0.get().job }
    #expect(jobs.map(\.together) == [2, 2])
    let hub = JobImage(mirror: "m", source: "docker.io/library/x:1", destinations: ["d.example/x:1"])
    let pack = JobRequest(hub, and: [images[0]], origin: .run)
    let queue = scene.backend.queue
    _ = try await queue.cancel(jobs[0].id, reason: "x")
    let job = try #require(try await queue.submit([pack]).first?.get().job)
    try await scene.service.cancel(job.id, only: "x:1")
    #expect(try await scene.records().contains { $0.source == hub.source && $0.isCancelled })
  }

  private static let ecr = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"

  @Test("What the image before had, or platforms that are not copied, keeps nothing from being copied")
  func unknownLayers() async throws {
    let scene = try await scene(0)
    // Docker Hub is not asked: its size is taken to be that of the image before it.
    scene.registries.push(layerOf: 1_000, to: "registry-1.docker.io/library/x:1")
    scene.registries.push(layerOf: 60_000_000_000, to: "d.example/x:1")
    let index = ["amd64": Int64(1_000), "s390x": 60_000_000_000].sorted { $0.key < $1.key }.map { architecture, bytes in
      scene.registries.push(layerOf: bytes, to: "r.example/y:\(architecture)")
      let digest = scene.registries.digest(of: "r.example/y:\(architecture)")?.description ?? ""
      return #"{"digest":"\#(digest)","size":1,"platform":{"os":"linux","architecture":"\#(architecture)"}}"#
    }
    scene.registries.push(
      manifest: #"{"schemaVersion":2,"manifests":[\#(index.joined(separator: ","))]}"#, to: "r.example/y:1")
    try await scene.backend.table.write([
      .add(MirrorEntry(source: "docker.io/library/x:1", destinations: ["\(Self.ecr)/x:1", "d.example/x:1"])),
      .add(
        MirrorEntry(
          source: "r.example/y:1", destinations: ["\(Self.ecr)/y:1"],
          options: ["platforms": .array([.string("linux/amd64")])])),
    ])
    let images = try await run(scene).submissions.flatMap(\.job.images)
    #expect(Set(images.flatMap(\.destinations)) == ["\(Self.ecr)/x:1", "d.example/x:1", "\(Self.ecr)/y:1"])
    #expect(Set(images.map(\.bytes)) == [60_000_000_002, 1_002])
  }

  @Test("An image that its destination cannot take is told before it is begun with, and goes to the others")
  func unfit() async throws {
    let scene = try await scene(0)
    let (large, small) = ("r.example/large:1", "r.example/small:1")
    scene.registries.push(layerOf: 60_000_000_000, to: large)
    scene.registries.push(layerOf: 1_000, to: small)
    let there = "\(Self.ecr)/large:1"
    try await scene.backend.table.write([
      .add(MirrorEntry(source: large, destinations: [there, "d.example/large:1"])),
      .add(MirrorEntry(source: small, destinations: ["\(Self.ecr)/small:1"])),
    ])
    let jobs = try await run(scene).submissions.map(\.job.images)
    #expect(jobs.map { $0.map(\.source) } == [[small], [large]], "what takes long has a job of its own")
    #expect(jobs.flatMap { $0 }.map(\.bytes) == [1_002, 60_000_000_002])
    #expect(jobs.last?.first?.destinations == ["d.example/large:1"])
    let observed = try #require(try await scene.observed(there, of: large))
    #expect(observed.state == .failed)
    #expect(observed.error?.hasPrefix("a layer of the image has 55.9 GiB, and \(Self.ecr) accepts layers of") == true)
    try await scene.work()
    let second = try await run(scene, "r2")
    #expect(second.submissions.isEmpty && second.waiting == 1, "nobody builds it anew within the hour")
    #expect(!scene.copier.copies.contains { $0.destination.description == there })
  }

  @Test("Sizes are read where no pull is counted, and the best is asked first")
  func sizes() throws {
    func image(_ source: String) throws -> MirrorImage {
      MirrorImage(
        source: try ImageReference(source),
        destinations: try ["a.example/x:1", "b.example/x:1", "c.example/x:1"].map { try ImageReference($0) })
    }
    let (new, old) = (Scene.new, Scene.old)
    func look(_ digest: Digest) -> Look { .found(ManifestDescriptor(digest: digest, mediaType: "m", size: nil)) }
    func candidates(_ source: String, _ there: [Digest?]) throws -> [String] {
      let image = try image(source)
      var looks = [image.sourceTarget: look(new)]
      for (destination, digest) in zip(image.destinations, there) {
        looks[LookTarget(destination)] = digest.map(look) ?? .missing
      }
      return SizeLook.candidates(of: image, looks) { $0 != "docker.io" }.map(\.description)
    }
    #expect(try candidates("r.example/x:1", [nil, nil, nil]) == ["r.example/x@\(new)"])
    #expect(try candidates("docker.io/library/x:1", [nil, nil, nil]) == [])
    #expect(try candidates("docker.io/library/x:1", [nil, old, old]) == ["b.example/x@\(old)"])
    #expect(try candidates("docker.io/library/x:1", [old, nil, new]) == ["c.example/x@\(new)", "a.example/x@\(old)"])
    #expect(
      try candidates("r.example/x:1", [old, nil, new]) == [
        "c.example/x@\(new)", "r.example/x@\(new)", "a.example/x@\(old)",
      ])
  }

  @Test("A run reads no manifest at Docker Hub")
  func hub() async throws {
    let scene = try await scene(0)
    scene.registries.push(layerOf: 1_000, to: "registry-1.docker.io/library/x:1")
    try await scene.backend.table.write([
      .add(MirrorEntry(source: "docker.io/library/x:1", destinations: ["d.example/x:1"]))
    ])
    #expect(try await run(scene).submissions.map(\.job.image.bytes) == [nil])
    #expect(!scene.registries.asked.contains { $0.hasPrefix("GET registry-1.docker.io/v2/library/x/manifests/") })
  }

  @Test("What a job of several images says of itself tells each from the others")
  func progress() async throws {
    let images = (0..<3).map { JobImage(mirror: "m\($0)", source: "s\($0)", destinations: ["d\($0)"]) }
    let tally = PackTally(images: images)
    #expect(tally.report() == JobProgress(phase: .looking, destinations: .init(total: 3), pack: PackProgress()))
    _ = tally.note(.underWay, of: 0)
    _ = tally.note(.underWay, of: 2)
    _ = tally.note(JobProgress(phase: .copying, destination: "d0", bytes: .init(done: 5, total: 10)), of: 0)
    let report = tally.note(.through, of: 2)
    #expect(report.phase == .copying && report.destination == "d0" && report.bytes.done == 5)
    #expect(report.destinations == .init(done: 1, total: 3))
    #expect(report.pack == PackProgress(through: [2], underWay: [0]))
    #expect(tally.note(.waiting, of: 0, failed: true).pack == PackProgress(through: [2], failed: [0]))
    #expect(tally.note(.underWay, of: 0).pack == PackProgress(through: [2], underWay: [0]), "it is tried again")
    #expect(tally.note(.through, of: 2, failed: true).pack?.text == "0 images done, 1 failed, 1 under way")
    let older = #"{"through":[1],"underWay":[2]}"#
    #expect(
      try JSONDecoder().decode(PackProgress.self, from: Data(older.utf8)) == PackProgress(through: [1], underWay: [2]))
    var job = Job(
      id: "1", name: "n", request: JobRequest(images[0], and: Array(images.dropFirst()), origin: .run),
      state: .running, created: .now)
    #expect((0..<3).map { job.standing(at: $0) } == [.waiting, .waiting, .waiting])
    job.progress = report
    #expect((0..<3).map { job.standing(at: $0) } == [.underWay, .waiting, .through])
    #expect(job.openSources == ["s0", "s1"])
    job.state = .failed
    #expect(job.openSources.isEmpty)
  }
}

extension Dictionary {
  fileprivate func mapKeys<New: Hashable>(_ body: (Key) -> New) -> [New: Value] {
    [New: Value](uniqueKeysWithValues: map { (body($0.key), $0.value) })
  }
}
