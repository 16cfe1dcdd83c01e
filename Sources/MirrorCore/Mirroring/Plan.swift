public import FoundationEssentials
import OCIRegistry

/// What is to be done about one row after a look: a decision without I/O.
public struct Plan: Sendable, Equatable {
  /// How every destination of the row stands.
  public var observed: [String: Observed] = [:]
  /// What of that the row is to keep: what is news, and where the looks' time counts by itself, that it was looked at.
  public var change = ObservedChange()
  /// Destinations of `change` of which nothing but the time of the look is new.
  public var renewed = 0
  /// Jobs to submit: one for each image with a destination to bring in step.
  public var submit: [JobRequest] = []
  /// Destinations that wait for their next try.
  public var waiting = 0

  private var isSingle = false

  public init() {}
}

extension Plan {
  /// Decides for one row.
  ///
  /// - Parameters:
  ///   - images: what the row mirrors, or why it cannot be used.
  ///   - looks: what was found at everything that `images` name; what is not in it counts as a failed look.
  ///   - live: sources, in full, that have a live job.
  ///   - deferred: registries that want to be asked later, until when.
  ///   - claims: of all rows; nil where they were not read, and what was known of a destination stays.
  ///   - isSingle: whether no record of a sweep will tell when the row was looked at, so that the row itself has to.
  public static func make(
    for entry: MirrorEntry, images: Result<[MirrorImage], MirrorError>, looks: [LookTarget: Look],
    live: Set<String>, deferred: Deferrals = Deferrals(), claims: DestinationClaims? = nil,
    purpose: PlanPurpose, isSingle: Bool = false, now: Date
  ) -> Plan {
    var plan = Plan()
    plan.isSingle = isSingle
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
      let definition = entry.observed.values.contains { $0.retry != nil } ? entry.definition : ""
      for image in images {
        plan.add(
          image, of: entry, definition, looks: looks, live: live, deferred: deferred, claims: claims, purpose: purpose,
          now: now)
      }
    }
    plan.change.remove = Set(entry.observed.keys).subtracting(plan.observed.keys)
    return plan
  }

  private mutating func add(
    _ image: MirrorImage, of entry: MirrorEntry, _ definition: String, looks: [LookTarget: Look], live: Set<String>,
    deferred: Deferrals, claims: DestinationClaims?, purpose: PlanPurpose, now: Date
  ) {
    let source = looks[image.sourceTarget] ?? .failed("the source was not checked")
    var due: [String] = []
    for destination in image.destinations {
      let key = destination.description
      let look = looks[LookTarget(destination)] ?? .failed("the destination was not checked")
      let previous = entry.observed[key]
      var observed = Observed.judge(
        source: source, destination: look, platforms: image.platforms, previous: previous, now: now)
      if let rival = claims?.rival(
        of: entry.source, copying: image.source, image.platforms, to: destination)
      {
        observed.contest(by: rival, previous: previous, now: now)
      } else if claims == nil, let previous, previous.state == .contested {
        observed = previous
        observed.checked = now
      }
      note(key, observed, entry)
      guard purpose.isWorthAJob(observed.state) else { continue }
      let isDeferred = deferred.first(of: [image.source, destination], at: now) != nil
      if purpose.run != nil, isDeferred || observed.retry?.nextTry(definition: definition, now: now) != nil {
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
    if let previous = entry.observed[key], previous.saysTheSame(as: observed) {
      guard isSingle else { return }
      renewed += 1
    }
    change.set[key] = observed
  }
}
