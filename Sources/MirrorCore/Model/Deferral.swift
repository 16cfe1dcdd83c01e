public import FoundationEssentials
import OCIRegistry
import Support

/// A registry that wants to be asked later: until then no job copies from it or to it.
public struct Deferral: Sendable, Equatable {
  /// As in references: `docker.io`.
  public let registry: String
  public let until: Date

  /// What is waited where a registry does not say how long: Docker Hub counts over six hours and tells no time, others
  /// over seconds.
  static let unknown = Duration.seconds(600)
  /// What a job waits itself rather than come back later: the most that skopeo waits at a time.
  static let patience = Duration.seconds(60)
  /// The longest; one that would take longer is a clock's mistake, or a registry's.
  static let longest = RetryPause.longest

  /// - Parameter wait: as the registry said; nil where it did not. At least a second, at most a day.
  init(_ registry: String, wait: Duration?, now: Date) {
    self.registry = registry
    until = now + min(max(wait ?? Self.unknown, .seconds(1)), Self.longest).seconds
  }

  fileprivate init(_ registry: String, until: Date) {
    (self.registry, self.until) = (registry, until)
  }

  /// For a person.
  var sentence: String {
    "\(Self.start(registry)): no job copies from or to it before \(until.rfc3339)"
  }

  static func start(_ registry: String) -> String { "\(registry) asked to retry later" }
}

/// Until when registries are left alone, by their names.
public struct Deferrals: Sendable, Equatable {
  private var times: [String: Date]

  public init(_ times: [String: Date] = [:]) {
    self.times = times
  }

  /// Those of what was stored that hold now: no time that is further away than any that is given.
  public init(stored: [String: Date], at now: Date) {
    times = stored.filter { $1 > now && $1 <= now + Deferral.longest.seconds }
  }

  public var registries: Set<String> { Set(times.keys) }

  /// What keeps a job from going to one of these; nil where nothing does.
  func first(of references: [ImageReference], at now: Date) -> Deferral? {
    for reference in references {
      if let until = times[reference.registry], until > now { return Deferral(reference.registry, until: until) }
    }
    return nil
  }

  /// - Returns: whether it was not known.
  mutating func note(_ deferral: Deferral) -> Bool {
    times.updateValue(deferral.until, forKey: deferral.registry) != deferral.until
  }
}
