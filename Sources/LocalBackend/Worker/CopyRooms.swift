import MirrorCore
import Support

/// Which job may begin: there are places for all together, and for each registry.
struct CopyRooms: Sendable {
  private let limits: CopyLimits
  private let ceiling: Int
  private var windows: [String: CopyWindow] = [:]
  /// Of the manifests that registries take. How many a copy wrote is known when it has ended, and those that come after it
  /// wait for that.
  private var paces: [String: TokenBucket] = [:]
  private var taken: [String: Int] = [:]
  private var total = 0

  /// Manifests that may be written at once after a rest, of those that may be in one second.
  private static let burst = 2.0

  /// - Parameter ceiling: jobs at once, 1 or more.
  init(_ limits: CopyLimits, ceiling: Int) {
    self.limits = limits
    self.ceiling = max(ceiling, 1)
  }

  enum Answer: Sendable, Equatable {
    case free
    /// No job can begin before one has ended.
    case full
    /// Jobs of these registries wait until one of theirs has ended.
    case busy([String])
    /// Its destination takes no more manifests before that time has passed.
    case paced(Duration)
  }

  /// Whether any job may begin.
  var hasRoom: Bool { total < ceiling }

  /// Whether a job may begin.
  func answer(to route: CopyRoute, now: Duration) -> Answer {
    guard hasRoom else { return .full }
    let busy = route.registries.filter { taken[$0, default: 0] >= window($0, now).size }
    guard busy.isEmpty else { return .busy(busy) }
    let wait = route.destinations.compactMap { paces[$0]?.wait(at: now) }.max() ?? .zero
    return wait > .zero ? .paced(wait) : .free
  }

  /// Jobs wait for these registries, or for any place at all.
  mutating func note(_ answer: Answer, now: Duration) {
    guard case .busy(let registries) = answer else { return }
    for registry in registries { change(registry, now) { $0.noteWaiting() } }
  }

  mutating func begin(_ route: CopyRoute, now: Duration) {
    total += 1
    for registry in route.registries { taken[registry, default: 0] += 1 }
    for registry in route.destinations {
      guard let rate = CopyLimits.manifestsPerSecond(at: registry) else { continue }
      // It writes one at least.
      paces[registry, default: TokenBucket(rate: rate, capacity: rate * Self.burst)].take(at: now)
    }
  }

  mutating func end(_ route: CopyRoute, _ end: JobEnd, began: Duration, now: Duration) {
    total -= 1
    for registry in route.registries {
      taken[registry, default: 1] -= 1
      change(registry, now) { $0.note(end.of(registry), began: began, now: now) }
    }
    for registry in route.destinations { paces[registry]?.take(Double(max(end.manifests - 1, 0)), at: now) }
  }

  /// Copies at once from or to a registry, as it stands.
  func size(_ registry: String, now: Duration) -> Int { window(registry, now).size }

  private func window(_ registry: String, _ now: Duration) -> CopyWindow {
    windows[registry] ?? CopyWindow(ceiling: min(limits.copies(at: registry) ?? ceiling, ceiling), now: now)
  }

  private mutating func change(_ registry: String, _ now: Duration, _ body: (inout CopyWindow) -> Void) {
    var window = window(registry, now)
    body(&window)
    windows[registry] = window
  }
}

/// The registries that a job copies between.
struct CopyRoute: Sendable, Equatable {
  let destinations: [String]
  /// All, each once.
  let registries: [String]

  init(_ request: JobRequest) {
    self.init(
      sources: request.images.map(\.source), destinations: request.images.flatMap(\.destinations))
  }

  /// - Parameters: references in full, as a job has them.
  init(sources: [String], destinations: [String]) {
    func registry(_ reference: String) -> String { String(reference.prefix { $0 != "/" }) }
    self.destinations = Set(destinations.map(registry)).sorted()
    registries = Set((sources + destinations).map(registry)).sorted()
  }
}

/// What the end of a job's process tells of the registries.
struct JobEnd: Sendable, Equatable {
  var end: AttemptEnd
  /// What it last said of itself.
  var progress: JobProgress?

  /// Manifests that it wrote: one for each image, and an index at each destination.
  var manifests: Int {
    guard let progress else { return 1 }
    return Int(clamping: progress.images.done.plus(progress.destinations.done))
  }

  func of(_ registry: String) -> CopyWindow.End {
    if let pressure = progress?.pressure?[registry] {
      return pressure == .throttled ? .throttled : .failed
    }
    switch end {
    case .exited(0): return .good(bytes: progress?.bytes.done ?? 0)
    // It knows whose fault it was.
    case .exited where progress?.pressure?.isEmpty == false: return .other
    case .exited(Verdict.retry.rawValue), .notStarted: return .failed
    case .exited, .signaled, .cancelled, .timedOut, .interrupted, .lost: return .other
    }
  }
}
