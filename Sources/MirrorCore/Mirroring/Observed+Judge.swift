public import FoundationEssentials
import OCIRegistry
import Support

extension Observed {
  // How the reasons begin of what could not be seen.
  static let ofSource = "source: "
  static let ofDestination = "destination: "

  /// How a destination stands, from what was found on both sides and what was known before.
  ///
  /// - Parameter platforms: those that the row mirrors; nil for all.
  public static func judge(
    source: Look, destination: Look, platforms: PlatformSelection? = nil, previous: Observed?, now: Date
  ) -> Observed {
    var observed = Observed(
      state: .unknown, sourceDigest: source.digest, digest: destination.digest, since: now, checked: now,
      job: previous?.job)
    switch (source, destination) {
    case (.failed(let reason), _):
      observed.state = .unreachable
      observed.error = Self.ofSource + reason
      observed.sourceDigest = previous?.sourceDigest
      observed.digest = destination.digest ?? previous?.digest
    case (.missing, _), (.noRepository, _):
      observed.state = .sourceMissing
    case (.found, .failed(let reason)):
      observed.state = .unreachable
      observed.error = Self.ofDestination + reason
      observed.digest = previous?.digest
    case (.found, .missing):
      observed.state = .missing
      observed.keepFailure(of: previous, now: now)
    case (.found, .noRepository(let repository)):
      (observed.state, observed.error) = (.missing, repository.fact)
      observed.keepFailure(of: previous, now: now)
    case (.found(let wanted), .found(let there)):
      if previous.holds(there.digest, of: wanted.digest, platforms) {
        observed.state = .inSync
        observed.error = previous?.error
      } else if wanted.digest == there.digest, platforms == nil {
        observed.state = .inSync
      } else {
        observed.state = .drifted
        // Whether only the selected images are there, the digest alone does not tell.
        if wanted.digest == there.digest { observed.error = "it was not copied with these platforms yet" }
        observed.keepFailure(of: previous, now: now)
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
  /// either side; what a registry put off stays so until the time has come.
  private mutating func keepFailure(of previous: Observed?, now: Date) {
    guard let previous, previous.sourceDigest == sourceDigest else { return }
    let isBlockedStill = previous.state == .blocked && previous.digest == digest
    let isDeferredStill = previous.state == .deferred && (previous.retry.map { $0.until > now } ?? false)
    guard previous.state == .failed || isBlockedStill || isDeferredStill else { return }
    state = previous.state
    (error, wasStopped) = (previous.error, previous.wasStopped)
  }

  /// Whatever is at the destination, another row would have something else there.
  mutating func contest(by row: String, previous: Observed?, now: Date) {
    since = previous?.state == .contested ? previous?.since ?? now : now
    state = .contested
    error =
      "the mirror of \(row.cleaned.shortened(to: 300)) also copies to it; nothing is copied until one of the two is deleted, edited or disabled"
  }

  static func unusable(_ reason: String, previous: Observed?, now: Date) -> Observed {
    let kept = previous?.state == .unreachable ? previous?.since : nil
    return Observed(
      state: .unreachable, sourceDigest: previous?.sourceDigest, digest: previous?.digest, since: kept ?? now,
      checked: now, error: reason, job: previous?.job, converted: previous?.converted)
  }
}

extension Observed? {
  /// Whether what is at a destination was made from what is at the source, though the digests may differ.
  func holds(_ there: Digest, of source: Digest, _ platforms: PlatformSelection?) -> Bool {
    guard let made = self?.converted, made.to == there else { return false }
    return made.from == platforms?.origin(of: source) ?? source
  }
}
