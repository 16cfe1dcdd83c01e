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
    let name = jobQueueName.bounded
    if state != "ENABLED" {
      return Fault(
        .queue, name, reason: "the job queue is \(state.lowercased().bounded): it takes no jobs",
        advice: "enable it: aws batch update-job-queue --job-queue \(name) --state ENABLED")
    }
    return broken(status).map { status in
      Fault(
        .queue, name, reason: "the job queue is \(status)\(words(statusReason))", advice: "mend what it names")
    }
  }
}

extension BatchClient.ComputeEnvironmentDetail {
  /// - Returns: nil where jobs start in it.
  var fault: Fault? {
    let name = computeEnvironmentName.bounded
    if state != "ENABLED" {
      return Fault(
        .compute, name, reason: "the compute environment is \(state.lowercased().bounded): no job starts in it",
        advice: "enable it: aws batch update-compute-environment --compute-environment \(name) --state ENABLED")
    }
    return broken(status).map { status in
      Fault(
        .compute, name, reason: "the compute environment is \(status)\(words(statusReason))",
        advice: "mend what it names")
    }
  }
}

/// - Returns: a status in words where it is none that work goes on in.
private func broken(_ status: String?) -> String? {
  guard let status, status != "VALID", status != "UPDATING", status != "CREATING" else { return nil }
  return status.lowercased().bounded
}

private func words(_ reason: String?) -> String { reason.map { ": \($0.bounded)" } ?? "" }
