import OCIRegistry
import Support

/// When the images of a pack may begin, so that its jobs together stay below what ECR takes.
///
/// ECR takes 10 `PutImage` a second in a region, one for each manifest, and skopeo gives up on a copy that is refused
/// for it a few times: https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html
struct PutPace: Sendable {
  /// Manifests a second of all jobs together: some are left to pushes, people and other programs.
  static let rate = 8.0
  /// An index with two platforms, where nobody has read it.
  static let manifests = 3.0

  /// Manifests a second of this job.
  private let rate: Double
  /// When the next one may begin, by registry.
  private var next: [String: ContinuousClock.Instant] = [:]

  /// - Parameter jobs: that copy at the same time, this one included.
  init(jobs: Int) {
    rate = Self.rate / Double(max(jobs, 1))
  }

  /// Takes an image's place.
  ///
  /// - Returns: when it may begin.
  mutating func place(for image: JobImage, at now: ContinuousClock.Instant) -> ContinuousClock.Instant {
    var begin = now
    for destination in image.destinations {
      guard let registry = (try? ImageReference(destination))?.registry, case .ecr = RegistryHost(registry).kind else {
        continue
      }
      let free = max(next[registry] ?? now, now)
      begin = max(begin, free)
      next[registry] = free + .seconds(Self.manifests / rate)
    }
    return begin
  }
}
