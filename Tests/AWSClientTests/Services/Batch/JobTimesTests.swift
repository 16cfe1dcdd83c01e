import FoundationEssentials
import Support
import Testing

@testable import AWSClient

@Suite struct JobTimesTests {
  @Test(
    "Whatever times an answer gives a job, they can be reckoned with",
    arguments: [Int64.max, .min, 253_402_300_800_000, 0, -1])
  func extremes(time: Int64) throws {
    let range = Date.sayable.lowerBound.milliseconds...Date.sayable.upperBound.milliseconds
    let times = #""createdAt":\#(time),"startedAt":\#(time),"stoppedAt":\#(time)"#
    let summary = try JSONDecoder().decode(
      BatchClient.JobSummary.self, from: Data(#"{"jobId":"a","jobName":"b",\#(times)}"#.utf8)
    ).withBoundedTimes
    let detail = try JSONDecoder().decode(
      BatchClient.JobDetail.self,
      from: Data(#"{"jobId":"a","jobName":"b","status":"FAILED",\#(times),"attempts":[{\#(times)}]}"#.utf8)
    ).withBoundedTimes
    let all = [
      summary.createdAt, summary.startedAt, summary.stoppedAt, detail.createdAt, detail.startedAt, detail.stoppedAt,
      detail.attempts?.first?.startedAt, detail.attempts?.first?.stoppedAt,
    ].compactMap(\.self)
    #expect(all.count == 8 && all.allSatisfy(range.contains))
    if range.contains(time) { #expect(Set(all) == [time]) }
  }
}
