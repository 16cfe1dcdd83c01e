import AWSClient
import FoundationEssentials
import MirrorCore
import Support

extension BatchClient.JobSubmission {
  init(_ request: JobRequest, queue: String, definition: String) {
    self.init(
      name: request.jobName, queue: queue, definition: definition, parameters: request.parameters,
      environment: request.environment)
  }

  /// Bytes of a request: https://docs.aws.amazon.com/batch/latest/userguide/service_limits.html
  private static let payloadLimit = 30 * 1024
  /// Bytes of what ECS is told to run, as JSON: command and variables. Jobs beyond it fail with "Container Overrides
  /// length must be at most 8192".
  private static let overridesLimit = 8192

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
      "mirror \(request.mirror.cleaned.shortened(to: 120)): a job with \(counted(count, "destination")) makes \(size) bytes, and AWS Batch takes \(Self.overridesLimit); spread them over several mirrors"
    )
  }

  private static func size(_ value: some Encodable) -> Int {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return (try? encoder.encode(value).count) ?? .max
  }
}
