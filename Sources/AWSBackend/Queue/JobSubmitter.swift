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
  let lists: JobLists
  let queue: String
  let definition: String
  let pace: Pace
  let rate: SubmissionRate

  /// Sources handled together.
  static let groupSize = DynamoDBClient.transactionLimit
  /// Looks at reservations that others hold, before giving up.
  static let rounds = 400

  /// A request with its place among all that were given: several may begin with the same image.
  typealias Placed = (place: Int, request: JobRequest)
  /// By the requests' places.
  typealias Answers = [Int: Result<Submission, MirrorError>]

  /// Requests in groups that are handled together: no source twice in one.
  static func groups(_ requests: [Placed]) -> [[Placed]] {
    var groups: [[Placed]] = []
    var sources: Set<String> = []
    for request in requests {
      let new = Set(request.request.images.map(\.source))
      if groups.isEmpty || sources.count + new.count > groupSize || !sources.isDisjoint(with: new) {
        groups.append([])
        sources = []
      }
      groups[groups.count - 1].append(request)
      sources.formUnion(new)
    }
    return groups
  }

  /// Answers for requests of distinct sources, up to `groupSize` in all. What of a request for several images has a job
  /// already is left out; where all of it has, the first one's job is the answer.
  func submit(_ requests: [Placed]) async throws -> Answers {
    var answers: Answers = [:]
    var open: [Int: JobRequest] = [:]
    for (place, request) in requests {
      if let problem = problem(of: request) {
        answers[place] = .failure(problem)
      } else {
        open[place] = request
      }
    }
    for _ in 0..<Self.rounds {
      if open.isEmpty { return answers }
      let round = try await look(at: open)
      answers.merge(round.answers) { $1 }
      if try await take(round.free) { answers.merge(try await submit(round.free)) { $1 } }
      for place in answers.keys { open[place] = nil }
      // Who waits for others, or lost to them, looks again in a moment.
      if !open.isEmpty { try await Task.sleep(for: pace.poll) }
    }
    for (place, request) in open {
      let source = request.source.bounded
      answers[place] = .failure(
        MirrorError(
          .backend,
          "\(source)\(request.isPack ? ", or an image with it," : "") is reserved for a job that does not appear; see the item '#job', '\(source)' of the history table"
        ))
    }
    return answers
  }

  private func problem(of request: JobRequest) -> MirrorError? {
    if Set(request.images.map(\.source)).count > Self.groupSize
      || Set(request.images.map(\.source)).count < request.images.count
    {
      return MirrorError(.invalid, "a job can have up to \(Self.groupSize) images, each once")
    }
    for image in request.images where image.source.utf8.count > Reservation.sourceLimit {
      return MirrorError(
        .invalid,
        "mirror \(image.mirror.cleaned.shortened(to: 120)): its source is longer than \(Reservation.sourceLimit) bytes")
    }
    return submission(request, list: request.isPack ? UUID().uuidString : nil).problem(of: request)
  }

  func submission(_ request: JobRequest, list: String?) -> BatchClient.JobSubmission {
    BatchClient.JobSubmission(request, list: list, queue: queue, definition: definition)
  }

  // MARK: - Reservations

  /// Reservations to be made for a request.
  struct Claim: Sendable {
    /// The place by which the answer is known.
    let key: Int
    /// What of the request is free.
    let request: JobRequest
    /// Where its images are listed, when there are several.
    let list: String?
    let changes: [ReservationTable.Change]

    /// Where another may take it over.
    var until: Date { changes.first?.new?.until ?? .distantPast }
    var formerJobs: Set<String> { Set(changes.compactMap(\.old?.job)) }
  }

  private struct Round {
    var answers: Answers = [:]
    var free: [Claim] = []
  }

  /// How one image of a request stands.
  private enum Place {
    case free
    case taken(Job)
  }

  /// Reads who has what, and decides.
  private func look(at open: [Int: JobRequest]) async throws -> Round {
    let known = try await reservations.read(open.values.flatMap(\.images).map(\.source))
    let details = Dictionary(
      try await batch.describe(Array(Set(known.values.compactMap(\.job)))).map { ($0.jobId, $0) },
      uniquingKeysWith: { $1 })
    var round = Round()
    for (key, request) in open {
      guard let places = try await places(of: request, known, details) else { continue }
      let free = zip(request.images, places).compactMap { image, place in if case .free = place { image } else { nil } }
      if let claim = claim(request, free, over: known, key) {
        round.free.append(claim)
      } else if case .taken(let job) = places.first {
        round.answers[key] = .success(Submission(job: job, isNew: false))
      }
    }
    return round
  }

  /// - Returns: nil where somebody is submitting one of them at this moment.
  private func places(
    of request: JobRequest, _ known: [String: Reservation], _ details: [String: BatchClient.JobDetail]
  ) async throws -> [Place]? {
    var places: [Place] = []
    for image in request.images {
      let old = known[image.source]
      let detail = old?.job.flatMap { details[$0] }
      let isUrgent = !request.isPack && request.origin != .run
      switch ReservationDecision(old, job: JobStanding(detail), isUrgent: isUrgent, now: .now) {
      case .take: places.append(.free)
      case .wait: return nil
      case .join(let id): places.append(.taken(detail.flatMap(Job.init) ?? Job(request, id: id, name: old?.name)))
      case .search:
        let job = if let old { try await adopt(old, request, image.source) } else { nil as Job? }
        places.append(job.map(Place.taken) ?? .free)
      }
    }
    return places
  }

  private func claim(
    _ request: JobRequest, _ free: [JobImage], over known: [String: Reservation], _ key: Int
  ) -> Claim? {
    guard let request = request.having(free) else { return nil }
    let list = request.isPack ? UUID().uuidString.lowercased() : nil
    let name = submission(request, list: list).name
    let new = Reservation(name: name, until: .now + pace.reservation.seconds, list: list)
    return Claim(
      key: key, request: request, list: list,
      changes: free.map { .init(source: $0.source, old: known[$0.source], new: new) })
  }

  /// - Returns: false, and nothing is reserved, where another was faster with one of them.
  private func take(_ claims: [Claim]) async throws -> Bool {
    try await reservations.write(claims.flatMap(\.changes))
  }

  /// The live job of somebody who ended before the job's id was written down, which is done for them.
  private func adopt(_ old: Reservation, _ request: JobRequest, _ source: String) async throws -> Job? {
    guard let id = try await batch.newest(old.name, in: queue, where: { JobState(batch: $0.status).isLive }) else {
      return nil
    }
    var adopted = Reservation(job: id, name: old.name, until: .now + pace.reservation.seconds, list: old.list)
    adopted.begun = old.begun
    // Another may do the same: the job is the answer either way.
    _ = try await reservations.write([.init(source: source, old: old, new: adopted)])
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
