public import FoundationEssentials
public import OCIRegistry

/// What is to be done about one row after a look: a decision without I/O.
public struct Plan: Sendable, Equatable {
  /// How every destination of the row stands.
  public var observed: [String: Observed] = [:]
  /// What of that is news for the row; times of looks are not.
  public var change = ObservedChange()
  /// Jobs to submit: one for each image with a destination to bring in step.
  public var submit: [JobRequest] = []
  /// Destinations that wait for their next try.
  public var waiting = 0

  public init() {}
}

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

extension Plan {
  /// Decides for one row.
  ///
  /// - Parameters:
  ///   - images: what the row mirrors, or why it cannot be used.
  ///   - looks: what was found at every reference of `images`; a reference that is not in it counts as a failed look.
  ///   - live: sources, in full, that have a live job.
  public static func make(
    for entry: MirrorEntry, images: Result<[MirrorImage], MirrorError>, looks: [ImageReference: Look],
    live: Set<String>, purpose: PlanPurpose, now: Date
  ) -> Plan {
    var plan = Plan()
    switch images {
    case .failure(let error):
      // A row that cannot be used says so at each destination, and the others go on. Those of a tag rule are the ones
      // seen so far: what is known of them is not lost with the list of tags.
      let known = entry.tags == nil ? [] : entry.observed.keys.sorted()
      for destination in known.isEmpty ? entry.destinations : known {
        plan.note(
          destination, Observed.unusable(error.description, previous: entry.observed[destination], now: now), entry)
      }
    case .success(let images):
      for image in images { plan.add(image, of: entry, looks: looks, live: live, purpose: purpose, now: now) }
    }
    plan.change.remove = Set(entry.observed.keys).subtracting(plan.observed.keys)
    return plan
  }

  private mutating func add(
    _ image: MirrorImage, of entry: MirrorEntry, looks: [ImageReference: Look], live: Set<String>,
    purpose: PlanPurpose, now: Date
  ) {
    let source = looks[image.source] ?? .failed("nobody looked at the source")
    var due: [String] = []
    let definition = entry.observed.values.contains { $0.retry != nil } ? entry.definition : ""
    for destination in image.destinations {
      let key = destination.description
      let look = looks[destination] ?? .failed("nobody looked at the destination")
      let observed = Observed.judge(source: source, destination: look, previous: entry.observed[key], now: now)
      note(key, observed, entry)
      guard purpose.isWorthAJob(observed.state) else { continue }
      if purpose.run != nil, observed.retry?.nextTry(definition: definition, now: now) != nil {
        waiting += 1
      } else {
        due.append(key)
      }
    }
    let sourceKey = image.source.description
    // A person who asks is given the job that lives already, by the queue; unattended work passes it over.
    let isUnderWay = live.contains(sourceKey) && purpose != .adhoc
    if let origin = purpose.origin, !due.isEmpty, !isUnderWay {
      submit.append(
        JobRequest(
          origin: origin, mirror: entry.source, source: sourceKey, destinations: due, options: entry.options,
          run: purpose.run))
    }
  }

  private mutating func note(_ key: String, _ observed: Observed, _ entry: MirrorEntry) {
    self.observed[key] = observed
    if let previous = entry.observed[key], previous.saysTheSame(as: observed) { return }
    change.set[key] = observed
  }
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
    case .drifted, .missing, .failed: self != .check
    case .blocked: self == .adhoc
    // Who hears of a push may see fewer registries than the job does, and nobody tells again.
    case .unreachable: self == .push
    case .inSync, .queued, .copying, .sourceMissing, .unknown, .disabled, .expired: false
    }
  }
}

extension Observed {
  /// How a destination stands, from what was found on both sides and what was known before.
  public static func judge(source: Look, destination: Look, previous: Observed?, now: Date) -> Observed {
    var observed = Observed(
      state: .unknown, sourceDigest: source.digest, digest: destination.digest, since: now, checked: now,
      job: previous?.job)
    switch (source, destination) {
    case (.failed(let reason), _):
      observed.state = .unreachable
      observed.error = "source: \(reason)"
      observed.sourceDigest = previous?.sourceDigest
      observed.digest = destination.digest ?? previous?.digest
    case (.missing, _):
      observed.state = .sourceMissing
    case (.found, .failed(let reason)):
      observed.state = .unreachable
      observed.error = "destination: \(reason)"
      observed.digest = previous?.digest
    case (.found, .missing):
      observed.state = .missing
      observed.keepFailure(of: previous)
    case (.found(let wanted), .found(let there)):
      if wanted.digest == there.digest {
        observed.state = .inSync
      } else if let conversion = previous?.converted, conversion.from == wanted.digest, conversion.to == there.digest {
        observed.state = .inSync
        observed.error = previous?.error
      } else {
        observed.state = .drifted
        observed.keepFailure(of: previous)
      }
    }
    // What a conversion made stays known while neither side has been seen with something else.
    if observed.state != .drifted && observed.state != .missing { observed.converted = previous?.converted }
    if observed.state != .inSync, let previous, previous.sourceDigest == observed.sourceDigest,
      previous.digest == observed.digest
    {
      observed.retry = previous.retry
    }
    if let previous, previous.state == observed.state { observed.since = previous.since }
    return observed
  }

  /// A drift that a job could not mend stays `failed`, or `blocked`, until the source changes, or for an immutable tag
  /// either side.
  private mutating func keepFailure(of previous: Observed?) {
    guard let previous, previous.sourceDigest == sourceDigest else { return }
    guard previous.state == .failed || (previous.state == .blocked && previous.digest == digest) else { return }
    state = previous.state
    error = previous.error
  }

  static func unusable(_ reason: String, previous: Observed?, now: Date) -> Observed {
    let kept = previous?.state == .unreachable ? previous?.since : nil
    return Observed(
      state: .unreachable, sourceDigest: previous?.sourceDigest, digest: previous?.digest, since: kept ?? now,
      checked: now, error: reason, job: previous?.job, converted: previous?.converted)
  }
}
