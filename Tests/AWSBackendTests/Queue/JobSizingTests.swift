import MirrorCore
import Testing

@testable import AWSBackend

struct JobSizingTests {
  private static func request(_ sizes: [Int64?]) -> JobRequest {
    let images = sizes.enumerated().map { place, bytes in
      JobImage(mirror: "m", source: "r.example/\(place):1", destinations: ["d.example/\(place):1"], bytes: bytes)
    }
    return JobRequest(images[0], and: Array(images.dropFirst()), origin: .run)
  }

  @Test(
    "A job's time-out, processors and memory follow what it copies",
    arguments: [
      ([nil], nil, [:]), ([1_000], 3_600, [:]),
      // 100 GB at 20 MB/s, ten times over, and what no attempt may take.
      ([100_000_000_000], 50_035, [:]), ([.max], 1_209_600, [:]), ([-1], 3_600, [:]),
      ([1_000, 1_000], 3_600, ["VCPU": "1", "MEMORY": "2048"]), ([1_000, nil], nil, ["VCPU": "1", "MEMORY": "2048"]),
      (Array(repeating: 2_000_000_000, count: 100), 12_937, ["VCPU": "1", "MEMORY": "2048"]),
    ] as [([Int64?], Int?, [String: String])])
  func sizing(sizes: [Int64?], timeout: Int?, resources: [String: String]) {
    #expect(JobSizing(Self.request(sizes)) == JobSizing(timeout: timeout, resources: resources))
  }

  @Test("What waits for a registry's pace has the time for it")
  func pace() throws {
    let images = (0..<100).map { number in
      JobImage(
        mirror: "m", source: "r.example/\(number):1",
        destinations: ["123456789012.dkr.ecr.eu-central-1.amazonaws.com/\(number):1"], bytes: 1_000)
    }
    var pack = try #require(JobRequest(images[0], origin: .run).having(images))
    pack.together = 50
    // 100 times 3 manifests at 8 a second for 50 jobs, ten times over.
    #expect(JobSizing(pack).timeout == 18_750)
    pack.together = .max
    #expect(JobSizing(pack).timeout == 1_209_600)
  }
}
