import HTTP
public import Logging
public import OCIRegistry
public import Support

/// Copies with skopeo, which gets to see no more than a copy needs: credentials of its two registries, and a proxy of
/// ours for a network.
public struct SkopeoCopier: Copier {
  private let skopeo: Skopeo
  private let registries: RegistryClient
  private let credentials: any CredentialSource
  private let policy: @Sendable () -> SignaturePolicy?
  private let paces: [String: SharedPace]

  /// - Parameters:
  ///   - policy: what the machine lets skopeo copy; nil where that cannot be read, and skopeo will say so.
  ///   - paces: what a registry is given and gives in bytes a second, by their names; none for as much as goes.
  public init(
    _ skopeo: Skopeo, registries: RegistryClient, credentials: any CredentialSource,
    policy: @escaping @Sendable () -> SignaturePolicy?, paces: [String: SharedPace] = [:]
  ) {
    self.policy = policy
    self.paces = paces
    self.skopeo = skopeo
    self.registries = registries
    self.credentials = credentials
  }

  public func accepts(_ source: ImageReference) -> Bool { policy()?.judgement(of: source) == .accepted }

  public func copy(
    _ copy: ImageCopy, logger: Logger, onProgress: @escaping @Sendable (JobProgress) async -> Void
  ) async throws(CopyFailure) {
    let route = try route(of: copy)
    let paces = GuardPaces(toClient: paces[copy.source.registry], toServer: paces[copy.destination.registry])
    let guardian = try await SkopeoGuard.make(for: route.locations, registries, paces: paces, logger)
    defer { guardian.stop() }
    let auth = try await AuthDocument.make(for: route.locations.map(\.reference), credentials)
    defer { auth.remove() }
    let tracker = CopyTracker(
      registries: registries, source: copy.source, destination: copy.destination, count: copy.count, report: onProgress)
    let watcher = Task { await tracker.watch() }
    defer { watcher.cancel() }
    do throws(CopyFailure) {
      try await skopeo.copy(
        copy, route, auth: auth, environment: guardian.environment, logger: logger, traffic: tracker.traffic,
        onThrottled: tracker.noteThrottled
      ) { line in
        logger.info("skopeo: \(line.cleaned)")
        tracker.note(line)
      }
      watcher.cancel()
      await watcher.value
      await onProgress(await tracker.finish())
    } catch {
      if let pressed = tracker.pressed { await onProgress(pressed) }
      if let failure = guardian.failure { throw failure }
      throw error.cause == .form ? await explained(error, copy.source) : error
    }
  }

  /// What it is in the image that this skopeo cannot copy, and which one can.
  private func explained(_ failure: CopyFailure, _ source: ImageReference) async -> CopyFailure {
    guard let version = (try? await skopeo.version()).flatMap(Skopeo.number) else { return failure }
    let cause = await registries.skopeoLimit(of: source, for: version)
    return CopyFailure(
      failure.verdict, SkopeoLimit.sentence(source, version, cause: cause), .form)
  }

  private func route(of copy: ImageCopy) throws(CopyFailure) -> SkopeoRoute {
    do throws(RegistryError) {
      return try SkopeoRoute(copy, registries)
    } catch {
      throw CopyFailure(error)
    }
  }
}
