import AWSClient
import FoundationEssentials
import MirrorCore
import Support

/// Queues jobs so that no source ever has two live ones, though AWS Batch would take any number.
///
/// Reservations of the sources, each changed only on condition, decide between submitters: 100 sources are read,
/// reserved and settled in one call each. Whoever finds a reservation asks AWS Batch how its job stands.
struct JobSubmitter: Sendable {
  let batch: BatchClient
  let reservations: ReservationTable
  let queue: String
  let definition: String
  let pace: Pace
  let rate: SubmissionRate

  /// Sources handled together.
  static let groupSize = DynamoDBClient.transactionLimit
  /// Looks at reservations that others hold, before giving up.
  private static let rounds = 400

  typealias Answers = [String: Result<Submission, MirrorError>]

  /// Answers by source, for requests of distinct sources, up to `groupSize`.
  func submit(_ requests: [JobRequest]) async throws -> Answers {
    var answers: Answers = [:]
    var open: [String: JobRequest] = [:]
    for request in requests {
      if let problem = problem(of: request) {
        answers[request.source] = .failure(problem)
      } else {
        open[request.source] = request
      }
    }
    for _ in 0..<Self.rounds {
      if open.isEmpty { return answers }
      let round = try await look(at: open)
      answers.merge(round.answers) { $1 }
      if try await take(round.free) { answers.merge(try await submit(round.free)) { $1 } }
      for source in answers.keys { open[source] = nil }
      // Who waits for others, or lost to them, looks again in a moment.
      if !open.isEmpty { try await Task.sleep(for: pace.poll) }
    }
    for source in open.keys {
      answers[source] = .failure(
        MirrorError(
          .backend,
          "\(source.bounded) is reserved for a job that does not appear; the item '#job', '\(source.bounded)' of the history table says by whom"
        ))
    }
    return answers
  }

  private func problem(of request: JobRequest) -> MirrorError? {
    if request.source.utf8.count > Reservation.sourceLimit {
      return MirrorError(
        .invalid,
        "mirror \(request.mirror.cleaned.shortened(to: 120)): its source is longer than \(Reservation.sourceLimit) bytes"
      )
    }
    return submission(request).problem(of: request)
  }

  func submission(_ request: JobRequest) -> BatchClient.JobSubmission {
    BatchClient.JobSubmission(request, queue: queue, definition: definition)
  }

  // MARK: - Reservations

  /// A reservation to be made for a request.
  struct Claim: Sendable {
    let request: JobRequest
    /// What is there, to be written over.
    let old: Reservation?
    let new: Reservation

    var source: String { request.source }
  }

  private struct Round {
    var answers: Answers = [:]
    var free: [Claim] = []
  }

  /// Reads who has what, and decides.
  private func look(at open: [String: JobRequest]) async throws -> Round {
    let known = try await reservations.read(Array(open.keys))
    let details = Dictionary(
      try await batch.describe(known.values.compactMap(\.job)).map { ($0.jobId, $0) }, uniquingKeysWith: { $1 })
    var round = Round()
    for (source, request) in open {
      let old = known[source]
      let detail = old?.job.flatMap { details[$0] }
      switch ReservationDecision(old, job: JobStanding(detail), now: .now) {
      case .take: round.free.append(claim(request, over: old))
      case .wait: break
      case .join(let id):
        let job = detail.flatMap(Job.init) ?? Job(request, id: id, name: old?.name)
        round.answers[source] = .success(Submission(job: job, isNew: false))
      case .search:
        guard let old else { break }
        if let job = try await adopt(old, request) {
          round.answers[source] = .success(Submission(job: job, isNew: false))
        } else {
          round.free.append(claim(request, over: old))
        }
      }
    }
    return round
  }

  private func claim(_ request: JobRequest, over old: Reservation?) -> Claim {
    Claim(
      request: request, old: old,
      new: Reservation(name: request.jobName, until: .now + pace.reservation.seconds))
  }

  /// - Returns: false, and nothing is reserved, where another was faster with one of them.
  private func take(_ claims: [Claim]) async throws -> Bool {
    try await reservations.write(claims.map { .init(source: $0.source, old: $0.old, new: $0.new) })
  }

  /// The live job of somebody who ended before the job's id was written down, which is done for them.
  private func adopt(_ old: Reservation, _ request: JobRequest) async throws -> Job? {
    guard let id = try await batch.newest(old.name, in: queue, where: { JobState(batch: $0.status).isLive }) else {
      return nil
    }
    let adopted = Reservation(job: id, name: old.name, until: .now + pace.reservation.seconds)
    // Another may do the same: the job is the answer either way.
    _ = try await reservations.write([.init(source: request.source, old: old, new: adopted)])
    return try await batch.describe([id]).first.flatMap(Job.init) ?? Job(request, id: id, name: old.name)
  }
}

extension JobStanding {
  init(_ detail: BatchClient.JobDetail?) {
    self = detail.map { JobState(batch: $0.status).isLive ? .live : .over } ?? .unknown
  }
}

extension Job {
  /// A job that was submitted and that AWS Batch does not show yet.
  init(_ request: JobRequest, id: String, name: String? = nil) {
    self.init(
      id: id, name: name ?? request.jobName, request: request, state: .submitted, created: .now)
  }
}
