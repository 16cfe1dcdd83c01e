import FoundationEssentials
import Support

/// The words in which a job's request goes from who submits it to its process: arguments and variables, on AWS Batch and
/// on one machine alike.
///
/// Those of the first image and of the whole job are what every version writes and reads. What they have no room for is
/// one JSON document more, which a version that does not know it leaves alone.
public enum JobWords {
  /// What `Ref::source` and `Ref::dest` in the command of a job definition stand for.
  public static let source = "source"
  public static let destinations = "dest"

  /// Variables of the process.
  public static let origin = "ECRMIRROR_ORIGIN"
  public static let run = "ECRMIRROR_RUN"
  public static let mirror = "ECRMIRROR_MIRROR"
  /// The rest of the request.
  public static let rest = "ECRMIRROR_REQUEST"
  /// Where the images of a job are listed that has several.
  public static let list = "ECRMIRROR_LIST"
  /// As AWS Batch sets them itself.
  public static let id = "AWS_BATCH_JOB_ID"
  public static let attempt = "AWS_BATCH_JOB_ATTEMPT"

  /// Destinations as one argument.
  public static func joined(_ destinations: [String]) -> String { destinations.joined(separator: ",") }

  /// Commas are ours; people separate them by spaces too.
  static func split(_ destinations: String) -> [String] {
    destinations.split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init)
  }
}

extension JobRequest {
  /// What a job definition's command refers to.
  public var parameters: [String: String] {
    [JobWords.source: source, JobWords.destinations: JobWords.joined(destinations)]
  }

  /// Variables for the job's process.
  public var environment: [String: String] {
    var variables = [JobWords.origin: origin.rawValue, JobWords.mirror: mirror, JobWords.rest: rest]
    variables[JobWords.run] = run
    return variables
  }

  /// Reads a request.
  ///
  /// - Parameters:
  ///   - destinations: each one or several of them.
  ///   - environment: variables of the job's process. One that lacks any was submitted by hand or by an older version.
  ///   - name: the job's, which tells the origin where no variable does.
  public init(source: String, destinations: [String], environment: [String: String], name: String? = nil) {
    self.init(
      origin: environment[JobWords.origin].flatMap(JobOrigin.init(rawValue:))
        ?? name.map(JobOrigin.init(job:)) ?? .adhoc,
      mirror: environment[JobWords.mirror] ?? source, source: source,
      destinations: destinations.flatMap(JobWords.split), run: environment[JobWords.run])
    if let rest = environment[JobWords.rest] { take(rest: rest) }
  }
}

extension JobOrder {
  /// Variables for the job's process.
  public var environment: [String: String] {
    var variables = [JobWords.id: id, JobWords.attempt: String(attempt)]
    variables[JobWords.list] = list
    return request.environment.merging(variables) { $1 }
  }

  /// Reads an order in a job's process.
  ///
  /// - Parameter id: the job's where no queue gave it one.
  public init(source: String, destinations: [String], environment: [String: String], otherwise id: String) {
    self.init(
      id: environment[JobWords.id] ?? id, attempt: environment[JobWords.attempt].flatMap { Int($0) } ?? 1,
      request: JobRequest(source: source, destinations: destinations, environment: environment),
      list: environment[JobWords.list])
  }
}

// MARK: - The document

extension JobRequest {
  private struct Rest: Codable {
    var askedBy: String?
    var options: [String: JSONValue]?
    var images: [JobImage]?
    var bytes: Int64?
    var together: Int?
  }

  /// All that the older words have no room for, as JSON: the same for the same request.
  public var rest: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let rest = Rest(
      askedBy: askedBy, options: image.options, images: others.isEmpty ? nil : others, bytes: image.bytes,
      together: together)
    return (try? encoder.encode(rest)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  /// Takes in what `rest` gave. One that cannot be read says nothing: the row is looked at then.
  public mutating func take(rest: String) {
    guard let rest = try? JSONDecoder().decode(Rest.self, from: Data(rest.utf8)) else { return }
    (askedBy, image.options, others) = (rest.askedBy, rest.options, rest.images ?? [])
    (image.bytes, together) = (rest.bytes, rest.together)
  }
}
