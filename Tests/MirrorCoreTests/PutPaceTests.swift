import MirrorCore
import Support
import Testing

@testable import MirrorCore

@Suite struct PutPaceTests {
  private static let ecr = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"

  /// Milliseconds after which each of five copies to a registry may begin.
  private func begins(_ registry: String, jobs: Int) -> [Double] {
    var pace = PutPace(jobs: jobs)
    return (0..<5).map { _ in milliseconds(pace.place(at: registry, now: .zero)) }
  }

  private func milliseconds(_ wait: Duration) -> Double { (wait.seconds * 1000).rounded() }

  @Test(
    "Copies go to ECR, private and public, as fast as it takes manifests of all jobs together, and elsewhere at once",
    arguments: [
      ("d.example", 5, [0, 0, 0, 0, 0]), (ecr, 1, [0, 375, 750, 1125, 1500]), (ecr, 4, [0, 1500, 3000, 4500, 6000]),
      ("public.ecr.aws", 1, [0, 375, 750, 1125, 1500]), (ecr, -1, [0, 375, 750, 1125, 1500]),
    ])
  func pace(registry: String, jobs: Int, begins expected: [Double]) {
    #expect(begins(registry, jobs: jobs) == expected)
  }

  @Test("Each region has a rate of its own, and time that passed is not made up for")
  func idle() {
    var pace = PutPace(jobs: 1)
    _ = pace.place(at: Self.ecr, now: .zero)
    #expect(pace.place(at: "123456789012.dkr.ecr.us-east-1.amazonaws.com", now: .zero) == .zero)
    #expect(pace.place(at: Self.ecr, now: .seconds(60)) == .zero)
    #expect(milliseconds(pace.place(at: Self.ecr, now: .seconds(60))) == 375)
  }

  @Test("A job that is refused takes half of its share, once for all copies under way, and slowly more again")
  func refused() {
    var pace = PutPace(jobs: 1)
    _ = pace.place(at: Self.ecr, now: .zero)
    for second in [1, 2, 3] {
      pace.note([Self.ecr], throttled: [Self.ecr], began: .zero, now: .seconds(second))
    }
    _ = pace.place(at: Self.ecr, now: .seconds(60))
    #expect(milliseconds(pace.place(at: Self.ecr, now: .seconds(60))) == 1125, "six manifests in the place of three")
    for second in 100..<200 {
      pace.note([Self.ecr, "d.example"], throttled: [Self.ecr], began: .seconds(second), now: .seconds(second))
    }
    _ = pace.place(at: Self.ecr, now: .seconds(300))
    #expect(pace.place(at: Self.ecr, now: .seconds(300)) < .seconds(12), "it never comes to a stop")
    for _ in 0..<100 { pace.note([Self.ecr], throttled: [], began: .seconds(301), now: .seconds(301)) }
    _ = pace.place(at: Self.ecr, now: .seconds(400))
    #expect(milliseconds(pace.place(at: Self.ecr, now: .seconds(400))) == 375)
  }
}
