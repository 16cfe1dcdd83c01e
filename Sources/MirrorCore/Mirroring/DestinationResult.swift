import FoundationEssentials
import OCIRegistry

/// What became of one destination.
struct DestinationResult: Sendable {
  let destination: ImageReference
  var outcome: DestinationRecord.Outcome
  var before: Digest?
  /// Whether it was seen what the destination holds: nothing, where `before` is nil.
  var isSeen = false
  /// Whether the failure came when the job had been told to end.
  var wasStopped = false
  var after: Digest?
  var converted: Conversion?
  var note: String?
  var failure: CopyFailure?

  init(destination: ImageReference, outcome: DestinationRecord.Outcome, failure: CopyFailure? = nil) {
    self.destination = destination
    self.outcome = outcome
    self.failure = failure
  }

  /// A destination that could not be brought in step.
  init(destination: ImageReference, failure: CopyFailure) {
    self.init(destination: destination, outcome: failure.outcome, failure: failure)
  }

  var record: DestinationRecord {
    DestinationRecord(
      reference: destination.description, outcome: outcome, before: before, after: after,
      error: failure?.reason ?? note)
  }

  func observed(source: Digest?, job: String, now: Date) -> Observed {
    let state: DestinationState =
      switch outcome {
      case .copied, .tagged, .skipped: .inSync
      case .failed: .failed
      case .blocked: .blocked
      case .deferred: .deferred
      // Such a destination stands as it did: `stopped` says how.
      case .cancelled: .unknown
      }
    var observed = Observed(
      state: state, sourceDigest: source, digest: after ?? before, since: now, checked: now,
      error: failure?.reason ?? note, job: job, converted: converted)
    if wasStopped, failure != nil { observed.wasStopped = true }
    return observed
  }
}

extension DestinationResult {
  /// The same where a person wanted the job stopped: what failed before that has failed all the same.
  func cancelled(_ reason: String) -> DestinationResult {
    guard wasStopped, failure != nil else { return self }
    var result = self
    (result.outcome, result.failure) = (.cancelled, CopyFailure(.retry, reason))
    return result
  }

  /// How a destination stands that a person stopped the copy to: as the job saw it, or as it was known before.
  ///
  /// - Returns: nil where nothing is known.
  func stopped(
    _ wanted: ManifestDescriptor?, _ platforms: PlatformSelection?, job: String, previous: Observed?, now: Date
  ) -> Observed? {
    var observed = previous
    if let wanted, isSeen {
      let there = (after ?? before).map { Look.found(ManifestDescriptor(digest: $0, mediaType: "", size: nil)) }
      observed = Observed.judge(
        source: .found(wanted), destination: there ?? .missing, platforms: platforms, previous: previous, now: now)
    }
    observed?.job = job
    return observed
  }
}

extension [DestinationResult] {
  /// The results of a further round, with what was there before the first.
  func keepingBefore(of former: [DestinationResult]) -> [DestinationResult] {
    guard former.count == count else { return self }
    return zip(self, former).map { result, former in
      var result = result
      (result.before, result.isSeen) = (former.before, former.isSeen)
      if result.outcome == .skipped { result.outcome = former.outcome }
      return result
    }
  }
}
