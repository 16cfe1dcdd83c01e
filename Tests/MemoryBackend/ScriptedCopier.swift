public import Logging
public import MirrorCore
public import OCIRegistry
import Support

/// Copies between registries in memory, as a script says: what happens meanwhile, and what fails.
public final class ScriptedCopier: Copier {
  /// What happens during a copy; where it throws, the copy fails.
  public typealias Script = @Sendable (ImageCopy) async throws(CopyFailure) -> Void

  private let registries: MemoryRegistries
  private let before: Script
  private let after: Script
  private let made = Lock<[ImageCopy]>([])
  private let rejected = Lock<Set<String>>([])

  /// - Parameters:
  ///   - before: runs before the image arrives.
  ///   - after: runs when it has.
  public init(
    _ registries: MemoryRegistries, before: @escaping Script = { _ in }, after: @escaping Script = { _ in }
  ) {
    self.registries = registries
    self.before = before
    self.after = after
  }

  /// All copies that were asked for, in their order.
  public var copies: [ImageCopy] { made.withLock(\.self) }

  public func accepts(_ source: ImageReference) -> Bool { !rejected.withLock { $0.contains(source.registry) } }

  /// Has images of a registry need a look at their signatures.
  public func mistrust(_ registry: String) { rejected.withLock { _ = $0.insert(registry) } }

  public func copy(
    _ copy: ImageCopy, logger: Logger, onProgress: @escaping @Sendable (JobProgress) async -> Void
  ) async throws(CopyFailure) {
    made.withLock { $0.append(copy) }
    await onProgress(
      JobProgress(phase: .copying, destination: copy.destination.description, destinations: copy.count))
    try await before(copy)
    guard let digest = copy.source.digest else { throw CopyFailure(.badInput, "the source has no digest") }
    let arrived = copy.form == .preserved ? digest : Self.converted(digest)
    registries.push(arrived, to: copy.destination.description)
    try await after(copy)
  }

  /// What a digest becomes where the manifests are converted.
  public static func converted(_ digest: Digest) -> Digest { .sha256(of: Array(digest.description.utf8)) }
}
