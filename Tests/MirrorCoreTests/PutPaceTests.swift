import Support
import Testing

@testable import MirrorCore

@Suite struct PutPaceTests {
  private static let start = ContinuousClock.now

  private static func image(_ destinations: [String]) -> JobImage {
    JobImage(mirror: "m", source: "r.example/a:1", destinations: destinations)
  }

  /// Milliseconds after which each of five images may begin.
  private func begins(_ destinations: [String], jobs: Int) -> [Double] {
    var pace = PutPace(jobs: jobs)
    return (0..<5).map { _ in
      let begin = pace.place(for: Self.image(destinations), at: Self.start)
      return ((begin - Self.start).seconds * 1000).rounded()
    }
  }

  @Test("Images go to ECR as fast as it takes manifests of all jobs together, and elsewhere at once")
  func pace() {
    let ecr = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/a:1"
    let other = "123456789012.dkr.ecr.us-east-1.amazonaws.com/a:1"
    #expect(begins(["d.example/a:1"], jobs: 5) == [0, 0, 0, 0, 0])
    #expect(begins([ecr], jobs: 1) == [0, 375, 750, 1125, 1500])
    #expect(begins([ecr], jobs: 4) == [0, 1500, 3000, 4500, 6000])
    #expect(begins([ecr, other], jobs: 1) == [0, 375, 750, 1125, 1500], "each region has a rate of its own")
    #expect(begins([ecr, ecr + "b"], jobs: 1) == [375, 1125, 1875, 2625, 3375])
    #expect(begins([ecr], jobs: -1) == [0, 375, 750, 1125, 1500])
  }

  @Test("Time that passed is not made up for")
  func idle() {
    var pace = PutPace(jobs: 1)
    let image = Self.image(["123456789012.dkr.ecr.eu-central-1.amazonaws.com/a:1"])
    _ = pace.place(for: image, at: Self.start)
    let later = Self.start + .seconds(60)
    #expect(pace.place(for: image, at: later) == later)
    #expect(pace.place(for: image, at: later) == later + .milliseconds(375))
  }
}
