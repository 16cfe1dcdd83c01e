import OCIRegistry
import Support

/// When a pack's copies may put manifests, so that the jobs of a run stay together below what ECR takes.
///
/// ECR takes 10 `PutImage` a second in a region, one for each manifest (`CopyLimits.manifestsPerSecond`), and skopeo gives
/// up on a copy that is refused for it a few times. A job knows how many were submitted with it, and of what else goes on
/// there by being refused: then it takes half of its share, and little by little more again.
public struct PutPace: Sendable {
  /// Of what a registry takes, for all jobs together: some is left to pushes, people and other programs.
  static let share = 0.8
  /// An index with two platforms, where nobody has read it.
  static let manifests = 3.0
  /// How much slower than its share a job gets at most, and which part of that each copy makes good which was not refused.
  private static let slowest = 16.0
  private static let gain = 0.95

  private struct Gate {
    var bucket: TokenBucket
    /// How much slower than the job's share.
    var slowness = 1.0
    /// Copies begun before this have told what they had to.
    var cutAt = Duration.zero
  }

  /// Jobs that copy at the same time, this one included.
  private let jobs: Double
  private var gates: [String: Gate] = [:]

  init(jobs: Int) {
    self.jobs = Double(max(jobs, 1))
  }

  /// Takes a copy's place.
  ///
  /// - Parameters:
  ///   - registry: where it goes.
  ///   - now: on any clock that only goes forward.
  /// - Returns: how long until it may begin.
  mutating func place(at registry: String, now: Duration) -> Duration {
    guard let rate = Self.rate(registry, jobs: jobs) else { return .zero }
    var gate = gates[registry] ?? Gate(bucket: TokenBucket(rate: rate, capacity: Self.manifests))
    defer { gates[registry] = gate }
    return gate.bucket.take(Self.manifests * gate.slowness, at: now)
  }

  /// An image is through, or is to be tried again.
  ///
  /// - Parameters:
  ///   - registries: where it went.
  ///   - throttled: which of them wanted less.
  mutating func note(_ registries: Set<String>, throttled: Set<String>, began: Duration, now: Duration) {
    for registry in registries {
      guard var gate = gates[registry] else { continue }
      if !throttled.contains(registry) {
        gate.slowness = max(gate.slowness * Self.gain, 1)
      } else if began >= gate.cutAt {
        (gate.slowness, gate.cutAt) = (min(gate.slowness * 2, Self.slowest), now)
      }
      gates[registry] = gate
    }
  }

  /// Seconds that a job takes for the pace alone.
  public static func seconds(of request: JobRequest) -> Double {
    guard request.isPack else { return 0 }
    let places = request.images.flatMap(\.destinations).compactMap { (try? ImageReference($0))?.registry }
    return Dictionary(grouping: places, by: \.self).compactMap { registry, copies in
      rate(registry, jobs: Double(max(request.together ?? 1, 1))).map { Double(copies.count) * manifests / $0 }
    }.max() ?? 0
  }

  /// Manifests a second of one job; nil where nothing is known of the registry.
  private static func rate(_ registry: String, jobs: Double) -> Double? {
    CopyLimits.manifestsPerSecond(at: registry).map { $0 * share / jobs }
  }
}
