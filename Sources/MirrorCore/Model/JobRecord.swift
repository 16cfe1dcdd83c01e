public import FoundationEssentials
public import OCIRegistry
import Support

/// A finished job, as its last try left it: what it did to each destination of an image.
public struct JobRecord: Sendable, Equatable {
  public var order: JobOrder
  public var started: Date
  public var finished: Date
  public var succeeded: Bool
  public var sourceDigest: Digest?
  public var destinations: [DestinationRecord]
  public var error: String?

  /// - Parameter destinations: in the order of the request's.
  public init(
    _ order: JobOrder, started: Date, finished: Date, succeeded: Bool, sourceDigest: Digest? = nil,
    destinations: [DestinationRecord], error: String? = nil
  ) {
    self.order = order
    self.started = started
    self.finished = finished
    self.succeeded = succeeded
    self.sourceDigest = sourceDigest
    self.destinations = destinations
    self.error = error
  }

  /// The source in full with its tag.
  public var source: String { order.source }
  /// The row's key, which differs from `source` where the row has a tag rule.
  public var mirror: String { order.mirror }
  public var job: String { order.id }
  public var origin: JobOrigin { order.origin }
  public var run: String? { order.run }
  public var attempts: Int { order.attempt }
  /// Whether a person stopped it: what it did before that has been done.
  public var isCancelled: Bool { !succeeded && destinations.contains { $0.outcome == .cancelled } }

  /// For a job that nobody works on any more, of what a person stopped.
  public static func cancelled(_ order: JobOrder, started: Date, at now: Date, reason: String) -> JobRecord {
    JobRecord(
      order, started: started, finished: now, succeeded: false,
      destinations: order.destinations.map {
        DestinationRecord(reference: $0, outcome: .cancelled, error: reason)
      }, error: reason)
  }
}

/// Histories keep records for 90 days and are read by programs of other versions: a member that every version has keeps
/// its name, and one that a version may lack is optional.
extension JobRecord: Codable {
  private enum CodingKeys: CodingKey {
    case source, mirror, job, origin, run, askedBy, options, attempts
    case started, finished, succeeded, sourceDigest, destinations, error
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let destinations = try container.decode([DestinationRecord].self, forKey: .destinations)
    let image = JobImage(
      mirror: try container.decode(String.self, forKey: .mirror),
      source: try container.decode(String.self, forKey: .source), destinations: destinations.map(\.reference),
      options: try container.decodeIfPresent([String: JSONValue].self, forKey: .options))
    let request = JobRequest(
      image, origin: try container.decode(JobOrigin.self, forKey: .origin),
      askedBy: try container.decodeIfPresent(String.self, forKey: .askedBy),
      run: try container.decodeIfPresent(String.self, forKey: .run))
    self.init(
      JobOrder(
        id: try container.decode(String.self, forKey: .job),
        attempt: try container.decode(Int.self, forKey: .attempts), request: request),
      started: try container.decode(Date.self, forKey: .started),
      finished: try container.decode(Date.self, forKey: .finished),
      succeeded: try container.decode(Bool.self, forKey: .succeeded),
      sourceDigest: try container.decodeIfPresent(Digest.self, forKey: .sourceDigest), destinations: destinations,
      error: try container.decodeIfPresent(String.self, forKey: .error))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(source, forKey: .source)
    try container.encode(mirror, forKey: .mirror)
    try container.encode(job, forKey: .job)
    try container.encode(origin, forKey: .origin)
    try container.encodeIfPresent(run, forKey: .run)
    try container.encodeIfPresent(order.askedBy, forKey: .askedBy)
    try container.encodeIfPresent(order.image.options, forKey: .options)
    try container.encode(attempts, forKey: .attempts)
    try container.encode(started, forKey: .started)
    try container.encode(finished, forKey: .finished)
    try container.encode(succeeded, forKey: .succeeded)
    try container.encodeIfPresent(sourceDigest, forKey: .sourceDigest)
    try container.encode(destinations, forKey: .destinations)
    try container.encodeIfPresent(error, forKey: .error)
  }
}
