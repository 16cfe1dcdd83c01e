import AWSClient

extension BatchQueue {
  /// What keeps the stack's two queues from working, as sentences; empty where nothing does.
  public func problems() async throws -> [String] {
    let names = [settings.mirrorQueue, settings.controlQueue]
    let found = Dictionary(
      try await calling { try await batch.queues(Array(Set(names))) }.map { ($0.jobQueueName, $0) },
      uniquingKeysWith: { $1 })
    return names.compactMap { name in
      // Settings may name it by its ARN.
      let short = name.split(separator: "/").last.map(String.init) ?? name
      guard let queue = found[short] else { return "there is no job queue \(name.bounded) on AWS Batch" }
      return queue.problem
    }
  }
}

extension BatchClient.QueueDetail {
  /// - Returns: nil where jobs in it run.
  var problem: String? {
    let name = jobQueueName.bounded
    if state != "ENABLED" { return "the job queue \(name) is \(state.lowercased().bounded): it takes no jobs" }
    guard let status, status != "VALID", status != "UPDATING" else { return nil }
    let words = statusReason.map { ": \($0.bounded)" } ?? ""
    return "the job queue \(name) is \(status.lowercased().bounded)\(words)"
  }
}
