import FoundationEssentials
import Logging
import OCIRegistry
import Support

/// One destination of a mirror job: look, copy, verify.
struct CopyStep: Sendable {
  let job: MirrorJob
  /// The row's source, for the log.
  let source: ImageReference
  let wanted: ManifestDescriptor
  let destination: ImageReference
  /// Destinations done before this one.
  let count: JobProgress.Count

  private var logger: Logger {
    var logger = job.logger
    logger[metadataKey: "destination"] = "\(destination)"
    return logger
  }

  func run(from origin: ImageReference) async throws(CopyFailure) -> DestinationResult {
    var result = DestinationResult(destination: destination, outcome: .copied)
    result.before = try await digestThere()
    if result.before == wanted.digest {
      logger.info("\(destination) is in sync already", metadata: ["digest": "\(wanted.digest)"])
      result.outcome = .skipped
      result.after = result.before
      return result
    }
    let form = try await copy(from: origin)
    await job.report(JobProgress(phase: .verifying, destination: destination.description, destinations: count))
    result.after = try await digestThere()
    try verify(&result, form)
    logger.info("copied and verified \(destination)", metadata: ["digest": "\(result.after?.description ?? "none")"])
    return result
  }

  private func verify(_ result: inout DestinationResult, _ form: Skopeo.Form) throws(CopyFailure) {
    guard let after = result.after else {
      throw CopyFailure(.retry, "after the copy there is no \(destination) at the destination; something removed it")
    }
    if after == wanted.digest { return }
    switch form {
    case .converted:
      result.converted = Conversion(from: wanted.digest, to: after)
      result.note =
        "the destination does not take the source's form (\(wanted.mediaType)); it was converted to Docker schema 2, so the digests differ"
    case .preserved:
      throw CopyFailure(
        .retry,
        "after the copy \(destination) has digest \(after), not \(wanted.digest): something else wrote it meanwhile")
    }
  }

  /// nil where there is nothing yet.
  private func digestThere() async throws(CopyFailure) -> Digest? {
    do {
      return try await job.registries.head(destination).digest
    } catch {
      if error.kind == .notFound { return nil }
      throw CopyFailure(error)
    }
  }

  /// Copies just the manifest that was looked at, so that a tag which moves meanwhile cannot confuse the check after it.
  private func copy(from origin: ImageReference) async throws(CopyFailure) -> Skopeo.Form {
    let pinned = origin.withoutTag.withDigest(wanted.digest)
    let guardian = try await SkopeoGuard.make(for: [pinned, destination], job.registries, logger)
    defer { guardian.stop() }
    let auth = try await AuthDocument.make(for: [pinned, destination], job.credentials)
    defer { auth.remove() }
    do {
      try await copy(pinned, .preserved, auth, guardian)
      return .preserved
    } catch {
      guard wanted.isSchema1, error.verdict == .retry else { throw error }
      logger.warning(
        "the destination refused the source's Docker schema 1 manifest; copying it as schema 2, with another digest")
      try await copy(pinned, .converted, auth, guardian)
      return .converted
    }
  }

  private func copy(
    _ pinned: ImageReference, _ form: Skopeo.Form, _ auth: AuthDocument, _ guardian: SkopeoGuard
  ) async throws(CopyFailure) {
    logger.info("copying \(pinned) to \(destination)")
    let tracker = CopyTracker(
      registries: job.registries, source: pinned, destination: destination, count: count
    ) { await job.report($0) }
    let watcher = Task { await tracker.watch() }
    defer { watcher.cancel() }
    let logger = self.logger
    do throws(CopyFailure) {
      try await job.skopeo.copy(
        pinned, to: destination, form: form, auth: auth, environment: guardian.environment, logger: logger
      ) { line in
        logger.info("skopeo: \(line.cleaned)")
        tracker.note(line)
      }
    } catch {
      throw guardian.failure ?? error
    }
  }
}

extension ManifestDescriptor {
  /// Docker's first image manifest: signed by its content, so that no other form can keep its digest.
  var isSchema1: Bool { mediaType.hasPrefix("application/vnd.docker.distribution.manifest.v1") }
}
