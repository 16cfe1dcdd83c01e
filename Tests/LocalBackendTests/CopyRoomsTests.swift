import MirrorCore
import Support
import Testing

@testable import LocalBackend

/// Which jobs may begin, by the registries that they copy between.
struct CopyRoomsTests {
  private let hub = CopyRoute(sources: ["docker.io/library/a:1"], destinations: ["d.example/a:1"])
  private let quay = CopyRoute(sources: ["quay.io/a:1"], destinations: ["d.example/a:1"])
  private let good = JobEnd(end: .exited(0))

  @Test("A route has each registry once")
  func route() {
    let route = CopyRoute(sources: ["r.example:5000/a:1"], destinations: ["d.example/a:1", "d.example/b:1"])
    #expect(route.registries == ["d.example", "r.example:5000"] && route.destinations == ["d.example"])
  }

  @Test("A registry's limit keeps its own jobs waiting, and no others")
  func limit() {
    var rooms = CopyRooms(CopyLimits(["docker.io": .init(copies: 1)]), ceiling: 8)
    rooms.begin(hub, now: .zero)
    #expect(rooms.answer(to: hub, now: .zero) == .busy(["docker.io"]))
    #expect(rooms.answer(to: quay, now: .zero) == .free)
    rooms.end(hub, good, began: .zero, now: .seconds(1))
    #expect(rooms.answer(to: hub, now: .seconds(1)) == .free)
  }

  @Test("All together have no more places than there are")
  func ceiling() {
    var rooms = CopyRooms(CopyLimits(), ceiling: 2)
    rooms.begin(hub, now: .zero)
    rooms.begin(quay, now: .zero)
    #expect(!rooms.hasRoom && rooms.answer(to: quay, now: .zero) == .full)
  }

  @Test("Docker Hub gets no more than its documentation allows for, unless the configuration says so")
  func hubCeiling() {
    func grown(_ limits: CopyLimits) -> Int {
      var rooms = CopyRooms(limits, ceiling: 64)
      for second in 0..<100 {
        rooms.begin(hub, now: .seconds(second))
        rooms.note(.busy(["docker.io", "d.example"]), now: .seconds(second))
        rooms.end(hub, good, began: .seconds(second), now: .seconds(second + 1))
      }
      return rooms.size("docker.io", now: .seconds(100))
    }
    #expect(grown(CopyLimits()) == 8)
    #expect(grown(CopyLimits(["docker.io": .init(copies: 40)])) > 8)
  }

  @Test("Who was throttled gets fewer, and the other side of the copy as many as before")
  func blame() {
    var rooms = CopyRooms(CopyLimits(), ceiling: 32)
    rooms.begin(quay, now: .zero)
    let progress = JobProgress(phase: .done, pressure: ["quay.io": .throttled])
    rooms.end(quay, JobEnd(end: .exited(1), progress: progress), began: .zero, now: .seconds(1))
    #expect(rooms.size("quay.io", now: .seconds(1)) == 4)
    #expect(rooms.size("d.example", now: .seconds(1)) == 8)
  }

  @Test("To ECR copies write no more manifests than it takes: ten a second, an index of eight platforms being nine")
  func manifests() {
    let ecr = CopyRoute(
      sources: ["quay.io/a:1"], destinations: ["123456789012.dkr.ecr.eu-central-1.amazonaws.com/a:1"])
    var rooms = CopyRooms(CopyLimits(), ceiling: 64)
    let progress = JobProgress(phase: .done, destinations: .init(done: 1), images: .init(done: 8))
    var (now, written) = (Duration.zero, 0)
    for _ in 0..<100 {
      while case .paced(let wait) = rooms.answer(to: ecr, now: now) { now += wait + .milliseconds(1) }
      rooms.begin(ecr, now: now)
      rooms.end(ecr, JobEnd(end: .exited(0), progress: progress), began: now, now: now)
      written += 9
    }
    // A rest's worth, and what the last copy was ahead.
    #expect(Double(written) <= 10 * now.seconds + 20 + 9)
    #expect(now > .seconds(80))
    #expect(rooms.answer(to: quay, now: now) == .free, "others wait for nothing")
  }

  @Test(
    "Memory bounds how many there are",
    arguments: [(nil, 32), (0, 1), (1 << 30, 8), (64 << 30, 32)] as [(Int64?, Int)])
  func memory(bytes: Int64?, jobs: Int) {
    #expect(CopyCeiling.jobs(memory: bytes) == jobs)
  }

  @Test("A control group's bound counts where it is the lower one")
  func group() {
    let files = [
      "/proc/meminfo": "MemTotal:  9 kB\nMemAvailable:   2048 kB\n", "/proc/self/cgroup": "0::/a.service\n",
    ]
    #expect(CopyCeiling.memory { files[$0] } == 2 << 20)
    #expect(CopyCeiling.memory { $0 == "/sys/fs/cgroup/a.service/memory.max" ? "4096\n" : files[$0] } == 4096)
    #expect(CopyCeiling.memory { $0 == "/sys/fs/cgroup/a.service/memory.max" ? "max\n" : files[$0] } == 2 << 20)
    #expect(CopyCeiling.memory { _ in nil } == nil)
  }
}
