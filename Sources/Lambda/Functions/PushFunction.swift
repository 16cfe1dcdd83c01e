import FoundationEssentials
import Logging
import MirrorCore
import OCIRegistry

/// Mirrors what was pushed to ECR, and what plain requests name: one job for a source, however many messages name it.
struct PushFunction: Sendable {
  /// Sources at once: what is waited for is AWS and registries.
  private static let width = 8

  /// Looks at a source's mirrors, and submits a job where one is out of step.
  let mirror: @Sendable (ImageReference) async throws -> SweepReport

  /// - Returns: which messages come again: those that cannot be understood, and those whose source could not be looked
  ///   at or submitted.
  func handle(_ event: [UInt8], _ context: RunLoop.Context) async throws -> [UInt8] {
    let decision = PushDecision(try SQSBatch(json: event))
    for message in decision.malformed {
      context.logger.error(
        "a message cannot be understood: \(message.reason)", metadata: ["message": "\(message.message)"])
    }
    for message in decision.ignored {
      context.logger.debug("a message needs no action: \(message.reason)", metadata: ["message": "\(message.message)"])
    }
    let failed = try await serve(decision.requests, context.logger)
    return try SQSBatchAnswer(failed: decision.malformed.map(\.message) + failed).json
  }

  /// - Returns: the messages of the requests that are not done.
  private func serve(_ requests: [PushDecision.Request], _ logger: Logger) async throws -> [String] {
    var waiting = requests.makeIterator()
    return try await withThrowingTaskGroup(of: [String].self) { group in
      func addNext() {
        guard let request = waiting.next() else { return }
        var logger = logger
        logger[metadataKey: "source"] = "\(request.source)"
        group.addTask { [logger] in try await isDone(request.source, logger) ? [] : request.messages }
      }
      for _ in 0..<Self.width { addNext() }
      var failed: [String] = []
      while let messages = try await group.next() {
        failed += messages
        addNext()
      }
      return failed
    }
  }

  /// - Returns: whether nothing is left to do for the source now.
  private func isDone(_ source: ImageReference, _ logger: Logger) async throws -> Bool {
    do {
      let report = try await mirror(source)
      for skipped in report.skipped { logger.warning("skipped: \(skipped.reason)") }
      for submission in report.submissions {
        logger.info("a job is queued", metadata: ["job": "\(submission.job.id)"])
      }
      if report.mirrors == 0 {
        logger.info("no mirror names the source")
      } else {
        logger.info("\(report.summary)")
      }
      // What could not be looked at may be there the next time; the timer's run comes by in any case.
      return report.found[.unreachable, default: 0] == 0 || !report.submissions.isEmpty
    } catch {
      // Then the whole batch comes again: what is done already is found in sync, or its job alive.
      try Task.checkCancellation()
      logger.error("\(error)")
      return false
    }
  }
}
