import FoundationEssentials
public import OCIRegistry
import Support

/// What a failed step of a mirror job means for trying again.
public enum Verdict: Int, Sendable, Codable, Comparable {
  /// Done, or nothing to do.
  case fine = 0
  /// Trying again may help.
  case retry = 1
  /// The request cannot work as it is.
  case badInput = 2
  /// A registry refuses: trying again does not help before a person has done something.
  case refused = 3

  /// The one that decides for the whole job: what may still work is tried again.
  public static func < (one: Verdict, other: Verdict) -> Bool { one.rank < other.rank }

  private var rank: Int {
    switch self {
    case .fine: 0
    case .badInput: 1
    case .refused: 2
    case .retry: 3
    }
  }
}

/// Why a destination could not be brought in step.
public struct CopyFailure: Error, Sendable, Equatable {
  public let verdict: Verdict
  /// A sentence, clean and bounded.
  public let reason: String
  public let cause: Cause
  /// Whose fault it is, where that is known: a registry's name, and whether it wants less.
  public private(set) var pressure: (registry: String, kind: JobProgress.Pressure)?

  public static func == (one: CopyFailure, other: CopyFailure) -> Bool {
    (one.verdict, one.reason, one.cause) == (other.verdict, other.reason, other.cause)
  }

  /// What it comes of, where something is done about that.
  public enum Cause: Sendable, Equatable {
    case other
    /// The destination's tag is immutable and holds something else.
    case immutable
    /// A registry wants fewer requests, which time mends.
    case throttled
    /// A registry wants to be asked later than a job waits for.
    case deferred(Deferral)
    /// skopeo cannot keep the image in its form.
    case form
    /// The destination's repository is missing, by its registry's words.
    case repository
    /// A registry did not take the manifest, in words that are not known: what it holds under the tag may not change.
    case manifest
  }

  public init(_ verdict: Verdict, _ reason: String, _ cause: Cause = .other) {
    self.verdict = verdict
    self.reason = reason.cleaned.shortened(to: 1000)
    self.cause = cause
  }

  /// Until then the job's next try would be in vain, and so would anybody else's.
  public init(_ deferral: Deferral) {
    self.init(.refused, deferral.sentence, .deferred(deferral))
    pressure = (deferral.registry, .throttled)
  }

  public init(_ error: RegistryError) {
    let verdict: Verdict =
      switch error.kind {
      case .unauthorized, .denied, .misdirected: .refused
      case .notFound, .machine: .badInput
      default: .retry
      }
    if case .throttled(let until?) = error.kind {
      let wait = until.since(.now)
      if wait > Deferral.patience {
        self.init(Deferral(error.registry, wait: wait, now: .now))
        return
      }
    }
    let isThrottled = if case .throttled = error.kind { true } else { false }
    self.init(verdict, error.description, isThrottled ? .throttled : .other)
    if isThrottled || verdict == .retry { pressure = (error.registry, isThrottled ? .throttled : .failed) }
  }

  var deferral: Deferral? {
    if case .deferred(let deferral) = cause { deferral } else { nil }
  }

  /// What becomes of the destination then.
  var outcome: DestinationRecord.Outcome {
    switch cause {
    case .deferred: .deferred
    case .immutable: .blocked
    case .other, .throttled, .form, .repository, .manifest: .failed
    }
  }

  /// A registry did not take a manifest that was put to it.
  init(put error: RegistryError, to destination: ImageReference) {
    let known = CopyFailure(error)
    guard known.verdict != .badInput || error.kind == .notFound, error.kind != .cancelled, known.deferral == nil else {
      self = known
      return
    }
    switch CopyRefusal.meaning(of: error.description, about: [destination]) {
    case .immutable:
      self.init(.refused, "the destination's tag is immutable and holds another image: \(error)", .immutable)
    case .repository: self.init(.refused, "\(error); \(CopyRefusal.createRepository)", .repository)
    case .final(let advice):
      self.init(.refused, "\(error)" + (advice.map { "; \($0)" } ?? ""))
    case .passing: self.init(.retry, "\(error)")
    case nil:
      if case .server(400..<500) = error.kind {
        self.init(.retry, "\(error)", .manifest)
      } else {
        self = known
      }
    case .throttled, .form, .policy, .machine: self = known
    }
  }

  /// Whether a registry did not take an index for want of images that it lists: in the words of the distribution project's
  /// registry, and of ECR (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html).
  var missesImages: Bool {
    let text = reason.lowercased()
    return ["blob unknown", "manifest unknown", "required for pushing", "referencing an image"].contains(
      where: text.contains)
  }

  /// Reads the reason skopeo gave.
  ///
  /// skopeo has one exit code for everything; its messages carry the registry's own codes and words. What is not
  /// recognised is worth another try.
  ///
  /// - Parameter references: what was copied, and last where to: names in the message, and no words of a registry.
  public init(skopeo message: String?, exit: String, about references: [ImageReference] = []) {
    guard let message, !message.isEmpty else {
      self.init(.retry, "skopeo ended (\(exit)) without saying why; the job's log has its last lines")
      return
    }
    switch CopyRefusal.meaning(of: message, about: references) {
    case .immutable:
      self.init(.refused, "the destination's tag is immutable and holds another image: \(message)", .immutable)
    case .form:
      self.init(.badInput, "skopeo cannot copy this kind of image: \(message)", .form)
    case .policy:
      let image = references.first?.familiar ?? "the source"
      self.init(
        .badInput,
        "this machine's policy.json (of ~/.config/containers, else of /etc/containers) rejects \(image): \(message)")
    case .machine:
      self.init(
        .badInput,
        "this machine's configuration files do not let skopeo copy: \(message); `ecrmirror doctor` shows details")
    case .repository:
      self.init(
        .refused, "a registry refused the copy: \(message); \(CopyRefusal.createRepository)", .repository)
    case .final(let advice):
      self.init(.refused, "a registry refused the copy: \(message)" + (advice.map { "; \($0)" } ?? ""))
    case .throttled:
      self.init(.retry, "skopeo could not copy: \(message)", .throttled)
    case .passing: self.init(.retry, "skopeo could not copy: \(message)")
    case nil:
      let isOfManifest = CopyRefusal.refusesManifest(message, at: references.last)
      self.init(.retry, "skopeo could not copy: \(message)", isOfManifest ? .manifest : .other)
    }
  }
}
