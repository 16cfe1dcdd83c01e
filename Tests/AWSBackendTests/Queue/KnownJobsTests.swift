import AWSClient
import Foundation
import MirrorCore
import Support
import Testing

@testable import AWSBackend

/// What is remembered of jobs, and for how long without being asked for again.
struct KnownJobsTests {
  private let start = ContinuousClock.now

  private func detail(_ id: String, _ status: String, created: Int64 = 1000) -> BatchClient.JobDetail {
    var detail = BatchClient.JobDetail(jobId: id, jobName: "run-\(id)", status: status)
    detail.parameters = ["source": "r.example/\(id):1", "dest": "d.example/\(id):1"]
    (detail.createdAt, detail.startedAt) = (created, 2000)
    return detail
  }

  private func listing(_ jobs: (id: String, status: String)...) throws -> JobListing {
    let summaries = jobs.map {
      #"{"jobId":"\#($0.id)","jobName":"run-\#($0.id)","status":"\#($0.status)","createdAt":1000,"startedAt":2000}"#
    }
    let page = try JSONDecoder().decode(
      BatchClient.JobPage.self, from: Data(#"{"jobSummaryList":[\#(summaries.joined(separator: ","))]}"#.utf8))
    var listing = JobListing()
    listing.add(page, of: .createdAfter(0)) { _ in true }
    return listing
  }

  @Test("A running job is described again after half a minute, for a new attempt may look like the last")
  func recheck() throws {
    var known = KnownJobs()
    known.take([detail("a", "RUNNING")], asked: ["a"], at: start)
    let running = try listing(("a", "RUNNING"))
    #expect(known.toDescribe(running, finished: 0, now: start + .seconds(29)).isEmpty)
    #expect(known.toDescribe(running, finished: 0, now: start + .seconds(31)) == ["a"])
  }

  @Test("A live job that AWS Batch does not show counts for a minute, then no longer")
  func patience() throws {
    var known = KnownJobs()
    known.add(detail("a", "SUBMITTED"), images: [], at: start)
    let empty = try listing()
    #expect(known.toDescribe(empty, finished: 0, now: start) == ["a"])
    known.take(empty, [], asked: ["a"], at: start + .seconds(59))
    #expect(known.jobs(finished: 0).map(\.id) == ["a"])
    known.take(empty, [], asked: ["a"], at: start + .seconds(61))
    #expect(known.jobs(finished: 0).isEmpty)
  }

  @Test("What has ended stays so, whichever answer comes last")
  func overtaken() throws {
    var known = KnownJobs()
    known.take([detail("a", "FAILED")], asked: ["a"], at: start)
    known.take([detail("a", "RUNNING")], asked: ["a"], at: start)
    known.add(detail("a", "SUBMITTED"), images: [], at: start)
    #expect(known.jobs(finished: 5).map(\.state) == [.failed])
    #expect(known.toDescribe(try listing(("a", "RUNNING")), finished: 5, now: start).isEmpty)
  }

  @Test("The list of a job's images is read once, however often the job is described, and while it ends")
  func lists() {
    func pack(_ status: String) -> BatchClient.JobDetail {
      var pack = detail("p", status)
      pack.container = BatchClient.ContainerDetail()
      pack.container?.environment = [BatchClient.Variable(name: "ECRMIRROR_LIST", value: "l1")]
      return pack
    }
    let images = ["a", "b"].map { JobImage(mirror: $0, source: "r.example/\($0):1", destinations: ["d.example/x:1"]) }
    var known = KnownJobs()
    known.take([pack("RUNNING")], asked: ["p"], at: start)
    #expect(known.unreadLists == ["l1"])
    known.note(["l1": images], of: ["l1"])
    for status in ["RUNNING", "FAILED", "FAILED"] {
      known.take([pack(status)], asked: ["p"], at: start)
      #expect(known.unreadLists.isEmpty && known.known("p")?.job.images == images)
    }
  }

  @Test("Jobs that mirror nothing are described once")
  func strangers() throws {
    var known = KnownJobs()
    var stranger = detail("s", "RUNNING")
    stranger.parameters = nil
    let jobs = try listing(("s", "RUNNING"))
    #expect(known.toDescribe(jobs, finished: 5, now: start) == ["s"])
    known.take(jobs, [stranger], asked: ["s"], at: start)
    #expect(known.toDescribe(jobs, finished: 5, now: start).isEmpty)
    #expect(known.jobs(finished: 5).isEmpty)
  }

  @Test("Of jobs that ended no more are kept than a bound, the newest")
  func bound() throws {
    var known = KnownJobs()
    let count = KnownJobs.limit * 2
    known.take((0..<count).map { detail("\($0)", "SUCCEEDED", created: Int64($0)) }, asked: [], at: start)
    known.take(try listing(), [], asked: [], at: start)
    let kept = known.jobs(finished: count)
    #expect(kept.count == KnownJobs.limit)
    #expect(kept.first?.id == "\(count - 1)")
  }
}
