import MirrorCore
import Testing

/// What goes into one job.
@Suite struct PacksTests {
  private static func request(_ name: String, _ bytes: Int64?, destinations: Int = 1, length: Int = 1) -> JobRequest {
    JobRequest(
      JobImage(
        mirror: name, source: "r.example/\(name):1",
        destinations: (0..<destinations).map { "d\($0).example/\(String(repeating: "x", count: length)):1" },
        bytes: bytes), origin: .run, askedBy: "ann@web1", run: "r1")
  }

  private static func small(_ count: Int) -> [JobRequest] { (0..<count).map { request("s\($0)", 1_000_000) } }

  private static let limits: PackLimits = {
    var limits = PackLimits()
    (limits.seconds, limits.alone, limits.atOnce) = (100, 50, 2)
    return limits
  }()

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let requests: [JobRequest]
    /// How many images each job has.
    let sizes: [Int]
    var change: @Sendable (inout PackLimits) -> Void = { _ in }
  }

  // A megabyte takes 3.55 s: 1.5 for the image, 2 for its destination, 0.05 for its bytes.
  static let cases = [
    Case(testDescription: "nothing", requests: [], sizes: []),
    Case(testDescription: "one image", requests: small(1), sizes: [1]),
    Case(testDescription: "what fits into the time, two at once", requests: small(56), sizes: [56]),
    Case(testDescription: "one more than fits", requests: small(57), sizes: [56, 1]),
    Case(testDescription: "more than are reserved together", requests: small(60), sizes: [25, 25, 10]) {
      $0.images = 25
    },
    Case(
      testDescription: "a large image stays alone, and comes last",
      requests: [request("large", 1_000_000_000)] + small(3), sizes: [3, 1]),
    Case(
      testDescription: "one with many destinations is as slow as a large one",
      requests: [request("wide", 1_000_000, destinations: 30)] + small(3), sizes: [3, 1]),
    Case(
      testDescription: "what is not known counts as a middling image",
      requests: (0..<20).map { request("u\($0)", nil) }, sizes: [14, 6]),
    Case(
      testDescription: "long names stay out of packs", requests: [request("long", 1, length: 4_000)] + small(2),
      sizes: [2, 1]),
    Case(testDescription: "a list ends where its item is full", requests: small(10), sizes: [5, 5]) { $0.list = 500 },
    Case(
      testDescription: "two rows of one source are not in one pack",
      requests: small(2) + [request("s0", 1_000_000)], sizes: [2, 1]),
    Case(testDescription: "sizes that are none", requests: [request("a", -5), request("b", .max)], sizes: [1, 1]),
  ]

  @Test("Small images are packed into as few jobs as finish in time", arguments: cases)
  func make(example: Case) {
    var limits = Self.limits
    example.change(&limits)
    let packs = Packs.make(of: example.requests, within: limits)
    #expect(packs.map(\.images.count) == example.sizes)
    #expect(packs.allSatisfy { $0.run == "r1" && $0.askedBy == "ann@web1" && $0.origin == .run })
    let packed = packs.flatMap(\.images).sorted { ($0.source, $0.mirror) < ($1.source, $1.mirror) }
    let asked = example.requests.map(\.image).sorted { ($0.source, $0.mirror) < ($1.source, $1.mirror) }
    #expect(packed == asked, "no image is lost or doubled")
  }

  @Test("Nearly as few packs as the work could fill, and none that takes longer than it may")
  func fewest() {
    var seed: UInt64 = 7
    let requests = (0..<900).map { number -> JobRequest in
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Self.request("i\(number)", Int64(seed >> 33) % 800_000_000)
    }
    let packs = Packs.make(of: requests, within: Self.limits)
    let work = requests.map { CopyEffort($0.image).seconds }.reduce(0, +) / 200
    #expect(Double(packs.count) <= work * 11 / 9 + 1)
    for pack in packs {
      #expect(pack.images.map { CopyEffort($0).seconds }.reduce(0, +) / 2 <= 100)
    }
  }

  @Test("A request for several images stays as it is")
  func packed() {
    var pack = Self.request("a", 1)
    pack.others = [Self.request("b", 1).image]
    #expect(Packs.make(of: [pack] + Self.small(2), within: Self.limits).map(\.images.count) == [2, 2])
  }
}
