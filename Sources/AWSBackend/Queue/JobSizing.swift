import AWSClient
import MirrorCore

/// What a job has that its definition does not say: its time-out, processors and memory follow what it is to copy.
///
/// Disk does not: skopeo passes layers from one registry to the other without writing them down, and `SubmitJob` has no
/// override for it (https://docs.aws.amazon.com/batch/latest/APIReference/API_ContainerOverrides.html).
struct JobSizing: Sendable, Equatable {
  /// Seconds of an attempt; nil for the definition's.
  var timeout: Int?
  /// As `SubmitJob` has it; empty for the definition's.
  var resources: [String: String] = [:]

  /// So many times longer than expected an attempt may take before it is stopped, and an hour at least: one that is
  /// stopped is not tried again by AWS Batch.
  static let patience = 10.0
  static let shortest = 3_600.0
  /// What Fargate guarantees: https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html
  static let longest = 14.0 * 86_400
}

extension JobSizing {
  init(_ request: JobRequest) {
    // What copies eight small images at once.
    if request.isPack { resources = ["VCPU": "1", "MEMORY": "2048"] }
    // What nobody knows may take as long as the stack's setting says.
    guard request.images.allSatisfy({ $0.bytes != nil }) else { return }
    let efforts = request.images.map { CopyEffort($0).seconds }
    let width = request.isPack ? Double(MirrorJob.imagesAtOnce) : 1
    let seconds = max(efforts.max() ?? 0, efforts.reduce(0, +) / width, PutPace.seconds(of: request))
    timeout = Int(min(max(seconds * Self.patience, Self.shortest), Self.longest))
  }
}
