import AWSClient
import Foundation
import MirrorCore
import Support
import TestSupport
import Testing

@testable import AWSBackend

/// That no source has two live jobs on AWS Batch, whatever happens to those who submit. One after the other, for faults
/// and counts are the emulator's.
@Suite(.serialized, .timeLimit(.minutes(15)))
struct SubmissionTests {
  /// An emulator of their own.
  private static let emulator = Result { try Emulator() }
  private let emulator: Emulator
  private let fixture: BatchFixture
  private let source = "r.example/a:1"

  init() async throws {
    emulator = try Self.emulator.get()
    try await emulator.control("DELETE", "faults")
    try await emulator.control("DELETE", "settings")
    fixture = try await BatchFixture(emulator, fits: false)
    _ = try await emulator.calls()
  }

  private func fault(_ operation: String, _ members: String) async throws {
    try await emulator.control("POST", "faults", #"{"operation": "\#(operation)", \#(members)}"#)
  }

  /// Submits the job as somebody who says nothing of it.
  private func submitUnsaid(_ origin: JobOrigin = .adhoc) async throws -> String {
    try await fixture.batch.submit(
      BatchClient.JobSubmission(
        request(source, origin), queue: fixture.settings.mirrorQueue, definition: fixture.settings.mirrorJob))
  }

  private var name: String { request(source).jobName }

  // MARK: - Two at once

  @Test("Two who submit the same 250 sources in different orders make one job for each")
  func twoSubmitters() async throws {
    let requests = (0..<250).map { request("r.example/\($0):1") }
    async let one = fixture.queue().submitted(requests)
    async let two = fixture.queue().submitted(requests.reversed())
    let (first, second) = (try await one, try await two)
    #expect(zip(first, second.reversed()).allSatisfy { $0.job.id == $1.job.id && $0.isNew != $1.isNew })
    #expect(try await fixture.all().count == 250)
  }

  @Test("Two who pack the same 200 sources in different ways leave each source with one job")
  func twoPackers() async throws {
    func packs(_ numbers: [Int], of size: Int) -> [JobRequest] {
      let images = numbers.map {
        JobImage(mirror: "m", source: "r.example/\($0):1", destinations: ["d.example/\($0):1"])
      }
      return stride(from: 0, to: images.count, by: size).compactMap { start in
        JobRequest(images[start], origin: .run).having(Array(images[start..<min(start + size, images.count)]))
      }
    }
    async let one = fixture.queue().submitted(packs(Array(0..<200), of: 40))
    async let two = fixture.queue().submitted(packs((0..<200).reversed(), of: 70))
    _ = (try await one, try await two)
    let jobs = try await fixture.queue().jobs(finished: 0)
    #expect(jobs.flatMap(\.images).map(\.source).sorted() == (0..<200).map { "r.example/\($0):1" }.sorted())
  }

  @Test("A pack whose submitter ended before it said so does its images once it may")
  func packDiedAfter() async throws {
    let list = UUID().uuidString.lowercased()
    let images = ["a", "b"].map {
      JobImage(mirror: "m", source: "r.example/\($0):1", destinations: ["d.example/\($0):1"])
    }
    let wish = try #require(JobRequest(images[0], origin: .run).having(images))
    let job = try await fixture.batch.submit(
      BatchClient.JobSubmission(
        wish, list: list, queue: fixture.settings.mirrorQueue, definition: fixture.settings.mirrorJob))
    let name = BatchClient.JobSubmission.name(ofPack: list, wish)
    for image in images {
      try await fixture.reserve(image.source, Reservation(name: name, until: .now + 0.3, list: list))
    }
    let order = JobOrder(id: job, attempt: 1, request: wish, list: list)
    #expect(try await fixture.queue().begin(images[0], of: order) == .attempt(1))
    #expect(try await fixture.queue().submitted([request(images[1].source, .run)]).map(\.job.id) == [job])
    #expect(try await fixture.queue().begin(images[1], of: order) == .attempt(1))
  }

  @Test("Who finds another submitting waits for that one's job")
  func waits() async throws {
    try await fault("batch:SubmitJob", #""delay": 0.4, "times": 1"#)
    let first = Task { try await fixture.queue().submitted([request(source)]) }
    try await waitFor("the first one's reservation") { try await fixture.reservation(source) != nil }
    let second = try await fixture.queue().submitted([request(source, .run)])
    #expect(second.map(\.isNew) == [false])
    #expect(try await first.value.map(\.job.id) == second.map(\.job.id))
    #expect(try await fixture.all().count == 1)
  }

  // MARK: - Submitters that end

  @Test("A reservation whose submitter ended before it submitted is taken over when its time has come")
  func diedBefore() async throws {
    try await fixture.reserve(source, Reservation(name: name, until: .now + 0.3))
    let answers = try await fixture.queue().submitted([request(source)])
    #expect(answers.map(\.isNew) == [true])
    #expect(try await fixture.reservation(source)?.job == answers.first?.job.id)
    #expect(try await fixture.all().count == 1)
  }

  @Test("A job whose submitter ended before it could say so is found by its name", arguments: JobOrigin.allCases)
  func diedAfter(origin: JobOrigin) async throws {
    let job = try await submitUnsaid(origin)
    try await fixture.reserve(source, Reservation(name: request(source, origin).jobName, until: .now - 1))
    let answers = try await fixture.queue().submitted([request(source)])
    #expect(answers.map(\.isNew) == [false])
    #expect(answers.first?.job.id == job && answers.first?.job.origin == origin)
    #expect(try await fixture.reservation(source)?.job == job)
    #expect(try await fixture.all().count == 1)
  }

  @Test("A job that its submitter never said and that has ended makes room")
  func diedAndEnded() async throws {
    let job = try await submitUnsaid()
    #expect(try await fixture.queue().cancel(job, reason: "x"))
    _ = try await fixture.queue().ended(job)
    try await fixture.reserve(source, Reservation(name: name, until: .now - 1))
    #expect(try await fixture.queue().submitted([request(source)]).map(\.isNew) == [true])
  }

  @Test("A submitter that stood still for too long gives way to who took over")
  func overtaken() async throws {
    var slow = BatchFixture.pace
    (slow.reservation, slow.margin) = (.milliseconds(300), .zero)
    try await fault("batch:SubmitJob", #""delay": 4, "times": 1"#)
    async let first = fixture.queue(slow).submitted([request(source)])
    try await waitFor("the first one's reservation") { try await fixture.reservation(source) != nil }
    let second = try await fixture.queue().submitted([request(source)])
    let overtaken = try await first
    #expect(second.map(\.isNew) == [true] && overtaken.map(\.isNew) == [false])
    #expect(overtaken.map(\.job.id) == second.map(\.job.id))
    let jobs = try await fixture.all()
    #expect(jobs.count == 2 && jobs.count { $0.status != "FAILED" } == 1)
    let ended = try #require(jobs.first { $0.status == "FAILED" })
    #expect(ended.statusReason == "another job of the same source came first")
  }

  @Test("A submitter that is cancelled leaves nothing that holds up the next for long")
  func cancelled() async throws {
    try await fault("batch:SubmitJob", #""delay": 30, "times": 1"#)
    let pace = Pace(reservation: .milliseconds(600), margin: .zero, poll: .milliseconds(20))
    let first = Task { try await fixture.queue(pace).submitted([request(source)]) }
    try await waitFor("the submission to reach AWS Batch") { try await emulator.callsSoFar()["batch:SubmitJob"] != nil }
    first.cancel()
    await #expect(throws: (any Error).self) { try await first.value }
    #expect(try await fixture.queue().submitted([request(source)]).map(\.isNew) == [true])
    #expect(try await fixture.all().count { $0.status != "FAILED" } == 1)
  }

  // MARK: - Answers that get lost

  @Test("A submission whose answer got lost is found by its name, and not repeated")
  func lostAnswer() async throws {
    try await fault("batch:SubmitJob", #""status": 503, "performed": true, "times": 1"#)
    let answers = try await fixture.queue().submitted([request(source)])
    #expect(answers.map(\.isNew) == [true])
    #expect(try await fixture.all().map(\.jobId) == answers.map(\.job.id))
  }

  @Test("A submission that failed at the service is repeated")
  func failedSubmission() async throws {
    try await fault("batch:SubmitJob", #""status": 500, "times": 1"#)
    #expect(try await fixture.queue().submitted([request(source)]).map(\.isNew) == [true])
    #expect(try await fixture.all().count == 1)
  }

  @Test("A job of the same name that ended before is not taken for one whose answer got lost")
  func olderJobOfTheName() async throws {
    let queue = fixture.queue()
    let old = try #require(try await queue.submitted([request(source)]).first?.job)
    #expect(try await queue.cancel(old.id, reason: "x"))
    _ = try await queue.ended(old.id)
    try await fault("batch:SubmitJob", #""status": 500, "times": 1"#)
    let new = try #require(try await queue.submitted([request(source)]).first)
    #expect(new.isNew && new.job.id != old.id)
    #expect(try await queue.job(new.job.id)?.state.isLive == true)
  }

  @Test("Control jobs are submitted once too, and told of")
  func control() async throws {
    try await fault("batch:SubmitJob", #""status": 503, "performed": true, "times": 1"#)
    let queue = fixture.queue()
    let id = try await queue.submitControl(run: "r1", name: "control-r1")
    let jobs = try await queue.controlJobs()
    #expect(jobs.map(\.id) == [id] && jobs.map(\.name) == ["control-r1"])
    let detail = try #require(try await fixture.batch.describe([id]).first)
    #expect(Job.control(detail)?.run == "r1")
    #expect(try await queue.job(id)?.name == "control-r1")
    #expect(try await queue.jobs(finished: 10).isEmpty)
  }

  // MARK: - Jobs that are over

  @Test("The reservation of a job that AWS Batch forgot does not hold anybody up, that of a new one does")
  func forgotten() async throws {
    let gone = UUID().uuidString.lowercased()
    try await fixture.reserve(source, Reservation(job: gone, name: name, until: .now + 600))
    let early = try await fixture.queue().submitted([request(source)])
    #expect(early.map(\.isNew) == [false] && early.map(\.job.id) == [gone])
    try await fixture.reserve(source, Reservation(job: gone, name: name, until: .now - 1))
    #expect(try await fixture.queue().submitted([request(source)]).map(\.isNew) == [true])
  }

  @Test("A job that was just submitted counts until AWS Batch shows it")
  func notShownYet() async throws {
    let queue = fixture.queue()
    _ = try await queue.jobs(finished: 0)
    let job = try #require(try await queue.submitted([request(source)]).first?.job)
    try await emulator.control("DELETE", "requests")
    #expect(try await queue.jobs(finished: 0).map(\.id) == [job.id])
    #expect(try await emulator.calls()["batch:DescribeJobs"] == nil, "what was submitted here is known")
  }

  // MARK: - What cannot be submitted

  @Test("A refusal that is about one job leaves the others")
  func oneRefused() async throws {
    try await fault("batch:SubmitJob", #""status": 400, "code": "ClientException", "message": "no", "times": 1"#)
    let answers = try await fixture.queue().submit((0..<5).map { request("r.example/\($0):1") })
    let errors = answers.compactMap { answer in if case .failure(let error) = answer { error } else { nil } }
    #expect(errors.count == 1 && errors.first?.description.contains("ClientException: no") == true)
    #expect(try await fixture.all().count == 4)
    // It left no reservation behind.
    #expect(try await fixture.queue().submitted((0..<5).map { request("r.example/\($0):1") }).count { $0.isNew } == 1)
  }

  @Test("A refusal that holds for all ends it soon, with what to do, and leaves nothing behind")
  func allRefused() async throws {
    let message = #""status": 403, "code": "AccessDeniedException", "message": "not authorized""#
    try await fault("batch:SubmitJob", message)
    let requests = (0..<100).map { request("r.example/\($0):1") }
    let error = await #expect(throws: MirrorError.self) { try await fixture.queue().submit(requests) }
    #expect(error?.description.contains("AccessDeniedException") == true)
    #expect(try await emulator.calls()["batch:SubmitJob"] ?? 0 <= 32)
    try await emulator.control("DELETE", "faults")
    #expect(try await fixture.queue().submitted(requests).allSatisfy(\.isNew))
  }

  @Test("A mirror too large for a job is left out, and the others go on")
  func tooLarge() async throws {
    var large = request(source)
    large.image.destinations = (0..<500).map { "registry.example/team/image-\($0):1" }
    let answers = try await fixture.queue().submit([large, request("r.example/b:1")])
    #expect(throws: MirrorError.self) { try answers[0].get() }
    #expect(try answers[1].get().isNew)
  }

  @Test("A queue that there is not says so, with what to check")
  func noQueue() async throws {
    var settings = fixture.settings
    settings.mirrorQueue = "nowhere"
    let queue = BatchQueue(emulator.connection, settings, pace: BatchFixture.pace)
    let error = await #expect(throws: MirrorError.self) { try await queue.jobs(finished: 0) }
    #expect(error?.description.contains("--stack") == true)
    settings.historyTable = "nothing"
    let other = BatchQueue(emulator.connection, settings, pace: BatchFixture.pace)
    let noTable = await #expect(throws: MirrorError.self) { try await other.submit([request(source)]) }
    #expect(noTable?.description.contains("there is no usable table nothing") == true)
  }

  @Test("Spot interruptions are told apart from failures, and tried again")
  func spot() async throws {
    let running = try await BatchFixture(emulator, script: "exec sleep 600")
    let queue = running.queue()
    let job = try #require(try await queue.submitted([request(source)]).first?.job)
    try await waitFor("the job to run") { try await queue.job(job.id)?.state == .running }
    try await emulator.control("POST", "jobs/interrupt", #"{"jobId": "\#(job.id)"}"#)
    try await waitFor("the second attempt") { try await queue.job(job.id)?.attempts.count == 2 }
    let again = try #require(try await queue.job(job.id))
    #expect(again.attempts.first?.exitCode == nil)
    #expect(again.attempts.first?.reason?.hasPrefix("interrupted: Host EC2") == true)
    #expect(again.reason?.hasPrefix("it was interrupted, as AWS reclaimed its machine") == true)
    #expect(try await queue.cancel(job.id, reason: "end"))
    #expect(try await queue.ended(job.id).reason == "end")
  }

  // MARK: - Calls

  @Test("300 jobs are submitted, listed, and submitted again with the fewest calls")
  func calls() async throws {
    let queue = fixture.queue()
    let requests = (0..<300).map { request("r.example/\($0):1") }
    #expect(try await queue.submitted(requests).allSatisfy(\.isNew))
    // Read, reserve, submit each, settle.
    #expect(
      try await emulator.calls() == [
        "dynamodb:BatchGetItem": 3, "dynamodb:TransactWriteItems": 6, "batch:SubmitJob": 300,
      ])
    #expect(try await queue.jobs(finished: 0).count == 300)
    // Once by time, and the five states: what was submitted here is not described.
    #expect(try await emulator.calls() == ["batch:ListJobs": 6])
    #expect(try await fixture.queue().submitted(requests).allSatisfy { !$0.isNew })
    #expect(try await emulator.calls() == ["dynamodb:BatchGetItem": 3, "batch:DescribeJobs": 3])
  }

  @Test("AWS Batch's limit of submissions is kept to, and what it refuses all the same is sent again")
  func throttled() async throws {
    try await emulator.control("POST", "settings", #"{"submit_rate": 50}"#)
    var pace = BatchFixture.pace
    pace.submissions = Pace().submissions
    #expect(try await fixture.queue(pace).submitted((0..<30).map { request("r.example/\($0):1") }).count == 30)
    #expect(try await emulator.calls()["batch:SubmitJob"] == 30)
    #expect(try await fixture.queue().submitted((30..<100).map { request("r.example/\($0):1") }).count == 70)
    #expect(try await fixture.all().count == 100)
  }
}
