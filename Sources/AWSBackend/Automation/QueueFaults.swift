import AWSClient
import MirrorCore

extension BatchQueue {
  /// What keeps the stack's two queues, and the compute environments that they send jobs to, from working.
  func faults() async throws(AWSError) -> [Fault] {
    let names = Array(Set([settings.mirrorQueue, settings.controlQueue])).sorted()
    let queues = try await batch.queues(names)
    let environments = try await batch.computeEnvironments(Set(queues.flatMap(\.environments)).sorted())
    // Settings may name a queue by its ARN.
    let there = Set(queues.flatMap { [$0.jobQueueName, $0.jobQueueArn] })
    let missing = names.filter { !there.contains($0) }.map { name in
      Fault(
        .queue, name.bounded, reason: "there is no job queue \(name.bounded) on AWS Batch: no job can be queued",
        advice: "update the stack, or check --stack, --region and --profile")
    }
    return missing + queues.compactMap(\.fault) + environments.compactMap(\.fault)
  }
}

extension BatchClient.QueueDetail {
  /// - Returns: nil where jobs in it run.
  var fault: Fault? {
    Fault.of(.queue, "job queue", jobQueueName, state, status, statusReason, whenOff: "it accepts no jobs")
  }
}

extension BatchClient.ComputeEnvironmentDetail {
  /// - Returns: nil where jobs start in it.
  var fault: Fault? {
    Fault.of(
      .compute, "compute environment", computeEnvironmentName, state, status, statusReason,
      whenOff: "no job starts in it")
  }
}

extension Fault {
  /// - Parameters:
  ///   - noun: what it is; with hyphens the AWS CLI calls it so too.
  ///   - whenOff: what follows where it is disabled.
  /// - Returns: nil where work goes on in it.
  fileprivate static func of(
    _ kind: Kind, _ noun: String, _ name: String, _ state: String, _ status: String?, _ statusReason: String?,
    whenOff: String
  ) -> Fault? {
    let name = name.bounded
    if state != "ENABLED" {
      let word = noun.split(separator: " ").joined(separator: "-")
      return Fault(
        kind, name, reason: "the \(noun) is \(state.lowercased().bounded): \(whenOff)",
        advice: "enable it: aws batch update-\(word) --\(word) \(name) --state ENABLED")
    }
    guard let status, status != "VALID", status != "UPDATING", status != "CREATING" else { return nil }
    let words = statusReason.map { ": \($0.bounded)" } ?? ""
    return Fault(
      kind, name, reason: "the \(noun) is \(status.lowercased().bounded)\(words)", advice: "fix what it names")
  }
}
