import OCIRegistry
public import Support

/// What a job is to do, and for whom: the one description that the row which asks, the queue, the job's process and the
/// history hold.
public struct JobRequest: Sendable, Hashable {
  /// What is to be copied first.
  public var image: JobImage
  /// What is to be copied beside it: a run packs small images together where starting a job takes long.
  public var others: [JobImage]
  public var origin: JobOrigin
  /// The person or program that asked, as `ann@web1`; nil where that is not known.
  public var askedBy: String?
  /// The run that submits it.
  public var run: String?
  /// Jobs with several images that the run submitted together, this one included: they share what a registry takes.
  public var together: Int?

  public init(
    _ image: JobImage, and others: [JobImage] = [], origin: JobOrigin, askedBy: String? = nil, run: String? = nil
  ) {
    self.image = image
    self.others = others
    self.origin = origin
    self.askedBy = askedBy
    self.run = run
  }

  /// A request for one image.
  public init(
    origin: JobOrigin, mirror: String, source: String, destinations: [String], options: [String: JSONValue]? = nil,
    askedBy: String? = nil, run: String? = nil
  ) {
    self.init(
      JobImage(mirror: mirror, source: source, destinations: destinations, options: options), origin: origin,
      askedBy: askedBy, run: run)
  }

  /// All of it, at least one.
  public var images: [JobImage] { [image] + others }
  /// Whether it has several images.
  public var isPack: Bool { !others.isEmpty }

  /// Of the first image.
  public var mirror: String { image.mirror }
  public var source: String { image.source }
  public var destinations: [String] { image.destinations }
}

/// One image of a job: a row's source with a tag, and where it goes.
public struct JobImage: Sendable, Hashable, Codable {
  /// The table row that asked, by its key.
  public var mirror: String
  /// The source in full with its tag.
  public var source: String
  /// Destinations in full with their tags.
  public var destinations: [String]
  /// The row's `Options` when it asked; nil where whoever asked did not say, and the row has to be looked at.
  public var options: [String: JSONValue]?
  /// Of all its layers and configurations, as far as whoever asked could tell.
  public var bytes: Int64?

  public init(
    mirror: String, source: String, destinations: [String], options: [String: JSONValue]? = nil, bytes: Int64? = nil
  ) {
    self.mirror = mirror
    self.source = source
    self.destinations = destinations
    self.options = options
    self.bytes = bytes
  }
}

extension JobRequest {
  /// The same once more, as a person asks for it: with the options that the rows have by then.
  public var again: JobRequest { JobRequest(image.unsaid, and: others.map(\.unsaid), origin: .adhoc) }

  /// The same for other images; nil for none.
  public func having(_ images: [JobImage]) -> JobRequest? {
    guard let first = images.first else { return nil }
    var request = self
    (request.image, request.others) = (first, Array(images.dropFirst()))
    return request
  }

  /// The queue's name for the job: who asked, and 16 hexadecimal digits of the source's SHA-256.
  public var jobName: String {
    "\(origin.rawValue)-\(Digest.sha256(of: Array(source.utf8)).hex.prefix(16))"
  }
}

extension JobImage {
  /// The same where nobody says which options the row has.
  fileprivate var unsaid: JobImage { JobImage(mirror: mirror, source: source, destinations: destinations) }
}

extension JobOrigin {
  /// From the beginning of a job's name.
  public init(job name: String) {
    self = name.split(separator: "-").first.flatMap { JobOrigin(rawValue: String($0)) } ?? .adhoc
  }

  /// Whether a job's name is one that mirror jobs have.
  public static func names(job name: String) -> Bool {
    allCases.contains { name.hasPrefix($0.rawValue + "-") }
  }
}

/// What a job's process is given: one try at a request.
@dynamicMemberLookup
public struct JobOrder: Sendable, Hashable {
  /// The job's, in its queue.
  public var id: String
  /// Which try this is: 1 for the first.
  public var attempt: Int
  public var request: JobRequest
  /// Where the queue keeps the list of images, when there are more than the process was told.
  public var list: String?

  public init(id: String, attempt: Int, request: JobRequest, list: String? = nil) {
    self.id = id
    self.attempt = attempt
    self.request = request
    self.list = list
  }

  public subscript<Value>(dynamicMember path: KeyPath<JobRequest, Value>) -> Value { request[keyPath: path] }
}
