import FoundationEssentials
import Logging
import OCIRegistry
import Support

// What a job did, written to the table and the history.

extension MirrorJob {
  /// A try that wrote nothing down was killed, as where memory ran out: it counts as failed, lest it is made for ever.
  func noteLostAttempt(_ order: JobOrder) async {
    let mirror = order.mirror
    guard order.attempt > 1, let row = await row(mirror, seeing: order.destinations) else { return }
    let failure = CopyFailure(.retry, "attempt \(order.attempt - 1) of job \(order.id) was killed; see its log")
    var change = ObservedChange()
    for destination in order.destinations {
      guard var observed = row.observed[destination], observed.job != order.id else { continue }
      let previous = observed
      (observed.state, observed.error, observed.job) = (.failed, failure.reason, order.id)
      (observed.since, observed.checked) = (.now, .now)
      observed.noteFailure(failure, previous: previous, definition: row.definition)
      change.set[destination] = observed
    }
    do {
      if !change.isEmpty { try await backend.table.record([mirror: change]) }
    } catch {
      logger.error("the killed attempt could not be recorded: \(error)")
    }
  }

  /// The row's options, as whoever asked saw them; the row itself tells what an older version or a person did not say.
  ///
  /// - Returns: nil where there is no such row.
  func options(of image: JobImage) async -> [String: JSONValue]? {
    if let options = image.options { return options }
    return await row(image.mirror, seeing: [])?.options
  }

  /// nil where there is none, or it cannot be read: then runs do not wait before they try again.
  private func row(_ mirror: String, seeing destinations: [String]) async -> MirrorEntry? {
    do {
      return try await backend.table.entry(mirror, seeing: Set(destinations))
    } catch {
      logger.warning("the row \(mirror.cleaned) cannot be read, so the next run retries: \(error)")
      return nil
    }
  }

  /// Why a person wants the job stopped, where that is why it ends.
  private func cancellation(_ results: [DestinationResult]) async -> String? {
    guard results.contains(where: { $0.wasStopped && $0.failure != nil }) else { return nil }
    return try? await backend.queue.cancellation(of: order.id)
  }

  func write(
    _ order: JobOrder, _ wanted: ManifestDescriptor?, _ all: [DestinationResult], started: Date
  ) async {
    let reason = await cancellation(all)
    let results = all.map { result in reason.map { result.cancelled($0) } ?? result }
    let now = Date.now
    let mirror = order.mirror
    var change = ObservedChange()
    let row = results.contains { $0.failure != nil } ? await self.row(mirror, seeing: order.destinations) : nil
    for result in results {
      let key = result.destination.description
      if result.outcome == .cancelled {
        change.set[key] = result.stopped(
          wanted, order.image.platforms, job: order.id, previous: row?.observed[key], now: now)
        continue
      }
      var observed = result.observed(source: wanted?.digest, job: order.id, now: now)
      if let failure = result.failure, let row {
        // A failure before the look at it says nothing about what it holds.
        if !result.isSeen { observed.digest = row.observed[key]?.digest }
        observed.converted = observed.converted ?? row.observed[key]?.converted
        observed.noteFailure(failure, previous: row.observed[key], definition: row.definition)
      }
      change.set[key] = observed
    }
    let failures = results.compactMap(\.failure?.reason)
    let record = JobRecord(
      order, started: started, finished: now, succeeded: failures.isEmpty, sourceDigest: wanted?.digest,
      destinations: results.map(\.record), error: failures.first)
    do {
      let failures = try await backend.table.record([mirror: change])
      for failure in failures.values { logger.error("\(failure)", metadata: ["mirror": "\(mirror.cleaned)"]) }
      try await backend.history.append(.job(record))
    } catch {
      logger.error("the job's result could not be recorded: \(error)")
    }
  }
}

extension Observed {
  /// Counts a failure, where both sides hold what they held at the last one.
  mutating func noteFailure(_ failure: CopyFailure, previous: Observed?, definition: String) {
    // A job that could not look has seen nothing new.
    if sourceDigest == nil { (sourceDigest, digest) = (previous?.sourceDigest, digest ?? previous?.digest) }
    let isSame = previous?.sourceDigest == sourceDigest && previous?.digest == digest
    retry = RetryPause(
      after: failure, previous: isSame ? previous : nil, job: job ?? "", definition: definition, now: checked)
  }
}
