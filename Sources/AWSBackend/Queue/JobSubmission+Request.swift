import AWSClient
import FoundationEssentials
import MirrorCore
import Support

extension BatchClient.JobSubmission {
  /// - Parameter list: where the images are listed, when there are several: the job is told the first only.
  init(_ request: JobRequest, list: String? = nil, queue: String, definition: String) {
    var told = request
    if list != nil { told.others = [] }
    var environment = told.environment
    environment[JobWords.list] = list
    self.init(
      name: list.map { Self.name(ofPack: $0, request) } ?? request.jobName, queue: queue, definition: definition,
      parameters: told.parameters, environment: environment)
    let sizing = JobSizing(request)
    (timeout, resources) = (sizing.timeout, sizing.resources)
  }

  /// The job's name, of its own for each list.
  static func name(ofPack list: String, _ request: JobRequest) -> String { "\(request.origin.rawValue)-pack-\(list)" }

  /// Bytes of a request: https://docs.aws.amazon.com/batch/latest/userguide/service_limits.html
  private static let payloadLimit = 30 * 1024
  /// Bytes of what ECS is told to run, as JSON: command and variables. Jobs beyond 8,192 fail with "Container Overrides
  /// length must be at most 8192"; the rest is for what AWS Batch and the job definition add.
  private static let overridesLimit = 8192 - 1024

  /// Why AWS Batch cannot run it; nil where it can.
  func problem(of request: JobRequest) -> MirrorError? {
    struct Overrides: Encodable {
      let command: [String]
      let environment: [BatchClient.Variable]
    }
    let overrides = Overrides(
      command: ["ecrmirror-batch", "mirror"] + parameters.values,
      environment: environment.map { BatchClient.Variable(name: $0.key, value: $0.value) })
    let (payload, size) = (Self.size(self), Self.size(overrides))
    guard payload > Self.payloadLimit || size > Self.overridesLimit else { return nil }
    let count = request.destinations.count
    return MirrorError(
      .invalid,
      "mirror \(request.mirror.cleaned.shortened(to: 120)): a job with \(counted(count, "destination")) takes \(size) bytes, and AWS Batch accepts \(Self.overridesLimit); split them into several mirrors"
    )
  }

  private static func size(_ value: some Encodable) -> Int {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return (try? encoder.encode(value).count) ?? .max
  }
}
