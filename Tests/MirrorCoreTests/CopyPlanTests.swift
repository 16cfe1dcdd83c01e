import FoundationEssentials
import MemoryBackend
import OCIRegistry
import Support
import Testing

@testable import MirrorCore

/// What would be copied, and what that takes, before it is.
@Suite struct CopyPlanTests {
  private static let hub = (1...3).map { "docker.io/library/app:\($0)" }

  private static func plan(
    _ requests: [(source: String, destinations: [String])], sizes: [String: Int64] = [:], left: Int? = nil,
    isElsewhere: Bool = false
  ) -> CopyPlan {
    var report = SweepReport()
    report.requests = requests.map {
      JobRequest(origin: .adhoc, mirror: $0.source, source: $0.source, destinations: $0.destinations)
    }
    report.found = [.missing: 2, .drifted: 1, .inSync: 5, .unreachable: 1]
    var status = RegistryStatus(registry: "docker.io")
    (status.limit, status.remaining) = (left.map { _ in RateLimit(count: 100) }, left.map { RateLimit(count: $0) })
    return CopyPlan(report, sizes: sizes, registries: [status], isCopiedElsewhere: isElsewhere)
  }

  @Test("What this machine has left says nothing about pulls of other machines") func elsewhere() {
    let requests = Self.hub.map { ($0, ["d.example/a:1"]) } + [("quay.io/a/b:1", ["d.example/b:1"])]
    let plan = Self.plan(requests, left: 2, isElsewhere: true)
    #expect(
      plan.pulls.map(\.text) == [
        "docker.io: at least 3, of the limit of the jobs' machines", "quay.io: 1, no limit advertised",
      ])
    #expect(plan.pulls.allSatisfy { !$0.isShort && $0.left == nil && $0.resetsAt == nil })
  }

  @Test("Pulls are counted once for each source, beside what its registry has left; what is short comes first")
  func pulls() {
    let requests = Self.hub.map { ($0, ["d.example/a:1", "e.example/a:1"]) } + [("quay.io/a/b:1", ["d.example/b:1"])]
    let plan = Self.plan(requests, left: 37)
    #expect(plan.pulls.map(\.text) == ["docker.io: at least 3 of 37 left", "quay.io: 1, no limit advertised"])
    #expect(plan.pulls.allSatisfy { !$0.isShort })
    let short = Self.plan((1...5).map { ("quay.io/a/b:\($0)", ["d.example/b:1"]) } + requests, left: 2)
    #expect(short.pulls.map(\.registry) == ["docker.io", "quay.io"] && short.pulls[0].isShort)
    #expect(plan.found == "1 drifted, 2 missing")
  }

  @Test(
    "Bytes are those of every destination, as far as sizes are known, and what is not known is said",
    arguments: [
      ([:], "2 images to 3 destinations, of unknown size"),
      (["r.example/a:1": 1 << 20], "2 images to 3 destinations, at most 2 MiB and 1 of unknown size"),
      (["r.example/a:1": 1 << 20, "r.example/b:1": 5 << 20], "2 images to 3 destinations, at most 7 MiB"),
      (["r.example/a:1": Int64.max, "r.example/b:1": 5 << 20], "2 images to 3 destinations, at most 8388608 TiB"),
    ] as [([String: Int64], String)])
  func bytes(sizes: [String: Int64], summary: String) {
    let plan = Self.plan(
      [("r.example/a:1", ["d.example/a:1", "e.example/a:1"]), ("r.example/b:1", ["d.example/b:1"])], sizes: sizes)
    #expect(plan.summary == summary)
  }

  @Test("A plan looks, keeps what it saw, submits nothing, and can be queued as it is")
  func service() async throws {
    let scene = Scene()
    try await scene.addRow()
    let plan = try await scene.service.plan(.all)
    #expect(plan.requests.map(\.source) == [Scene.source] && plan.destinations == 2)
    #expect(try await scene.backend.queue.jobs(finished: 5).isEmpty)
    #expect(try await scene.observed(Scene.here)?.state == .missing)
    let answers = try await scene.service.submit(plan.requests)
    #expect(answers.allSatisfy { (try? $0.get().isNew) == true } && answers.count == 1)
  }

  @Test("Sizes are asked of no registry that counts it, and of so many images only")
  func sizes() async {
    let scene = Scene()
    let sources = ["docker.io/library/app:1", "docker.io/library/app:2"] + (0..<100).map { "q.example/app:\($0)" }
    _ = await ImageSize(scene.registries.client).of(sources, within: .zero)
    #expect(scene.registries.asked.isEmpty, "nobody waits")
    _ = await ImageSize(scene.registries.client).of(sources, within: .seconds(3600))
    let asked = scene.registries.asked
    #expect(Set(asked.filter { $0.contains("/manifests/") }).count == ImageSize.most)
    #expect(asked.allSatisfy { $0.contains("q.example") })
  }
}
