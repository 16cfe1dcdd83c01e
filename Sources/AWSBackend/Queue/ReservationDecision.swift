import FoundationEssentials

/// What is to be done about a request, given who reserved its source: a decision without I/O.
enum ReservationDecision: Sendable, Equatable {
  /// Nobody has it, or its job is over: reserve it.
  case take
  /// This job is the answer.
  case join(String)
  /// Somebody is submitting at this moment.
  case wait
  /// Somebody reserved it and never said what came of it: a job of the reservation's name tells.
  case search
}

/// What AWS Batch tells of a job.
enum JobStanding: Sendable, Equatable {
  case live
  case over
  /// Not known yet, or forgotten.
  case unknown
}

extension ReservationDecision {
  /// Nobody reserves anything for longer: what ends later was written by a clock that is wrong.
  static let longest: TimeInterval = 3600

  /// - Parameters:
  ///   - job: how the job of the reservation stands, where it has one.
  ///   - isUrgent: whether the request does not wait for a job of many images to come to this one: it is taken out of
  ///     that job, which asks before it begins with each.
  init(_ reservation: Reservation?, job: JobStanding, isUrgent: Bool = false, now: Date) {
    guard let reservation else {
      self = .take
      return
    }
    let isFresh = now < reservation.until && reservation.until <= now + Self.longest
    guard let id = reservation.job else {
      self = isFresh ? .wait : .search
      return
    }
    if isUrgent, reservation.list != nil, reservation.begun == nil {
      self = .take
      return
    }
    switch job {
    case .live: self = .join(id)
    case .over: self = .take
    // What was submitted a moment ago may not be shown yet; later, AWS Batch has forgotten it.
    case .unknown: self = isFresh ? .join(id) : .take
    }
  }
}
