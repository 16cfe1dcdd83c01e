import FoundationEssentials
import OCIRegistry

/// What became of one destination.
struct DestinationResult: Sendable {
  let destination: ImageReference
  var outcome: DestinationRecord.Outcome
  var before: Digest?
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
      case .copied, .skipped: .inSync
      case .failed: .failed
      case .blocked: .blocked
      case .deferred: .deferred
      }
    return Observed(
      state: state, sourceDigest: source, digest: after ?? before, since: now, checked: now,
      error: failure?.reason ?? note, job: job, converted: converted)
  }
}

extension [DestinationResult] {
  /// The results of a further round, with what was there before the first.
  func keepingBefore(of former: [DestinationResult]) -> [DestinationResult] {
    guard former.count == count else { return self }
    return zip(self, former).map { result, former in
      var result = result
      result.before = former.before
      if result.outcome == .skipped { result.outcome = former.outcome }
      return result
    }
  }
}
