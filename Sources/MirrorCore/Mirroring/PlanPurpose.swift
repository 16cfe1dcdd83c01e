/// Who asks, which decides what is worth a job.
public enum PlanPurpose: Sendable, Equatable {
  /// Only to know.
  case check
  /// Unattended: what drifted, but not what an immutable tag blocks.
  case run(id: String)
  /// A person asked for this mirror: also what is blocked, as the tag may have been deleted or made mutable since.
  case adhoc
  /// The source was pushed to.
  case push
}

extension PlanPurpose {
  /// The mark of the jobs it submits; nil where it submits none.
  public var origin: JobOrigin? {
    switch self {
    case .check: nil
    case .run: .run
    case .adhoc: .adhoc
    case .push: .push
    }
  }

  var run: String? {
    if case .run(let id) = self { return id }
    return nil
  }

  func isWorthAJob(_ state: DestinationState) -> Bool {
    switch state {
    case .drifted, .missing, .failed, .deferred: self != .check
    case .blocked: self == .adhoc
    // Who hears of a push may see fewer registries than the job does, and nobody tells again.
    case .unreachable: self == .push
    case .inSync, .queued, .copying, .contested, .sourceMissing, .unknown, .disabled, .expired: false
    }
  }
}
