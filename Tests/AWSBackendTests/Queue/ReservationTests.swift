import AWSClient
import Foundation
import MirrorCore
import Support
import Testing

@testable import AWSBackend

struct ReservationTests {
  static let now = Date(timeIntervalSince1970: 1_800_000_000)
  static let fresh = Reservation(name: "run-1", until: now + 1)
  static let stale = Reservation(name: "run-1", until: now - 1)
  static let used = Reservation(job: "id", name: "run-1", until: now + 1)
  static let old = Reservation(job: "id", name: "run-1", until: now - 1)
  /// By a clock that is ten years ahead.
  static let absurd = Reservation(name: "run-1", until: now + 315_360_000)
  static let absurdlyUsed = Reservation(job: "id", name: "run-1", until: now + 315_360_000)

  @Test(
    "A source is taken, joined, waited for or searched",
    arguments: [
      (nil, .unknown, .take), (fresh, .unknown, .wait), (stale, .unknown, .search),
      (used, .live, .join("id")), (used, .over, .take), (old, .live, .join("id")), (old, .over, .take),
      // Submitted a moment ago, or forgotten.
      (used, .unknown, .join("id")), (old, .unknown, .take),
      (absurd, .unknown, .search), (absurdlyUsed, .unknown, .take), (absurdlyUsed, .live, .join("id")),
    ] as [(Reservation?, JobStanding, ReservationDecision)])
  func decisions(reservation: Reservation?, job: JobStanding, decision: ReservationDecision) {
    #expect(ReservationDecision(reservation, job: job, now: Self.now) == decision)
  }

  @Test("What does not wait takes an image out of a job of several that has not begun with it")
  func urgent() {
    var listed = Self.used
    listed.list = "l"
    var begun = listed
    begun.begun = 1
    for (reservation, isUrgent, decision) in [
      (listed, true, .take), (listed, false, .join("id")), (begun, true, .join("id")), (Self.used, true, .join("id")),
    ] as [(Reservation, Bool, ReservationDecision)] {
      let found = ReservationDecision(reservation, job: .live, isUrgent: isUrgent, now: Self.now)
      #expect(found == decision)
    }
  }

  @Test("A job stands as its state says", arguments: JobState.allCases)
  func standing(state: JobState) {
    let detail = BatchClient.JobDetail(jobId: "1", jobName: "n", status: state.rawValue)
    #expect(JobStanding(detail) == (state.isLive ? .live : .over))
    #expect(JobStanding(nil) == .unknown)
  }

  @Test("An item that is no reservation is none")
  func garbage() {
    #expect(Reservation([:]) == nil)
    #expect(Reservation(["Name": .string("n"), "Until": .string("soon")]) == nil)
    #expect(
      Reservation(["Name": .string("n"), "Until": .number(5000), "Job": .string("j")])
        == Reservation(job: "j", name: "n", until: Date(milliseconds: 5000)))
  }
}

struct JobSubmissionTests {
  private func request(destinations: Int, length: Int = 60) -> JobRequest {
    JobRequest(
      origin: .adhoc, mirror: "r.example/a:1", source: "r.example/a:1",
      destinations: (0..<destinations).map { "d.example/\(String(repeating: "x", count: length))-\($0):1" })
  }

  @Test("A job's request carries what the job needs")
  func contents() {
    var request = request(destinations: 2, length: 1)
    request.run = "r1"
    request.origin = .run
    let submission = BatchClient.JobSubmission(request, queue: "q", definition: "d")
    #expect(submission.name == request.jobName && submission.queue == "q" && submission.definition == "d")
    #expect(submission.parameters == ["source": "r.example/a:1", "dest": "d.example/x-0:1,d.example/x-1:1"])
    #expect(
      submission.environment == [
        "ECRMIRROR_ORIGIN": "run", "ECRMIRROR_RUN": "r1", "ECRMIRROR_MIRROR": "r.example/a:1",
        "ECRMIRROR_REQUEST": "{}",
      ])
    request.run = nil
    #expect(BatchClient.JobSubmission(request, queue: "q", definition: "d").environment["ECRMIRROR_RUN"] == nil)
  }

  @Test(
    "More destinations than AWS takes are refused with what to do", arguments: [(90, false), (120, true), (600, true)])
  func size(destinations: Int, isTooLarge: Bool) {
    let request = request(destinations: destinations)
    let problem = BatchClient.JobSubmission(request, queue: "q", definition: "d").problem(of: request)
    #expect((problem != nil) == isTooLarge)
    if let problem {
      #expect(problem.kind == .invalid)
      #expect(problem.description.contains("mirror r.example/a:1: a job with \(destinations) destinations"))
      #expect(problem.description.contains("split them into several mirrors"))
    }
  }
}

struct ProgressGateTests {
  private func progress(_ phase: JobProgress.Phase, _ destination: String? = "d") -> JobProgress {
    JobProgress(phase: phase, destination: destination)
  }

  @Test("Figures are written now and then, a new phase, destination or job at once")
  func gate() {
    var gate = ProgressGate(interval: .seconds(5))
    let steps: [(Double, JobProgress, String, Bool)] = [
      (0, progress(.looking, nil), "1", true), (0.1, progress(.looking, nil), "1", false),
      (1, progress(.copying), "1", true), (2, progress(.copying), "1", false), (5.9, progress(.copying), "1", false),
      (6, progress(.copying), "1", true), (6.1, progress(.copying, "e"), "1", true),
      (6.2, progress(.verifying, "e"), "1", true), (6.3, progress(.done, nil), "1", true),
      (6.4, progress(.done, nil), "2", true),
    ]
    for (time, progress, job, isWritten) in steps {
      #expect(gate.admits(progress, job, at: .seconds(time)) == isWritten, "at \(time)")
    }
  }
}
