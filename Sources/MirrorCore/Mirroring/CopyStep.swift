import FoundationEssentials
import Logging
import OCIRegistry
import ServiceLifecycle
import Support

/// One destination of a mirror job: look, copy, verify.
struct CopyStep: Sendable {
  let job: MirrorJob
  /// What the image is by its row, wherever it is read.
  let source: ImageReference
  /// What the destination is to hold.
  let wanted: ManifestDescriptor
  /// Where the row selects platforms.
  let selected: SelectedImage?
  let destination: ImageReference
  /// Of the row.
  let options: [String: JSONValue]
  /// Destinations done before this one.
  let count: JobProgress.Count

  var logger: Logger {
    var logger = job.logger
    logger[metadataKey: "destination"] = "\(destination)"
    return logger
  }

  /// - Returns: what became of the destination, with what was seen of it even where the step failed: a failure counts as
  ///   the same again only where both sides hold what they held.
  func run(from origin: ImageReference, unless deferred: Deferrals) async -> DestinationResult {
    var result = DestinationResult(destination: destination, outcome: .failed)
    do throws(CopyFailure) {
      // Not even a look is made.
      if let deferral = deferred.first(of: [origin, destination], at: .now) { throw CopyFailure(deferral) }
      try await bringInStep(&result, from: origin)
      if let selected {
        result.converted = result.after.map { Conversion(from: selected.origin, to: $0) }
        result.note = selected.note
      }
    } catch {
      result.outcome = error.outcome
      result.failure = error
      result.wasStopped = MirrorJob.isStopping
      logger.error("\(error.reason)")
    }
    return result
  }

  private func bringInStep(_ result: inout DestinationResult, from origin: ImageReference) async throws(CopyFailure) {
    try goOn()
    result.before = try await digestThere()
    result.isSeen = true
    if result.before == wanted.digest, try await hasSelected() {
      logger.info("\(destination) is already in sync", metadata: ["digest": "\(wanted.digest)"])
      (result.outcome, result.after) = (.skipped, result.before)
      return
    }
    if let there = result.before, there != wanted.digest { try await refuseToMove(from: there) }
    if let pacing = job.pacing {
      await pacing(destination)
      try goOn()
    }
    var isRepositoryMissing = false
    if try await putTag(&isRepositoryMissing) {
      try await look(after: &result, .preserved)
      result.outcome = .tagged
      logger.info("the image was already there: set the tag \(destination)", metadata: ["digest": "\(wanted.digest)"])
      return
    }
    // Where nobody makes it here, the push may: its registry says so if not.
    if isRepositoryMissing { try await makeRepository() }
    let form: ImageCopy.Form
    do {
      form = try await copy(from: origin, makingRepository: !isRepositoryMissing)
    } catch {
      guard error.cause == .manifest, try await isThere(&result, despite: error) else { throw error }
      form = .preserved
    }
    try await look(after: &result, form)
    result.outcome = .copied
    logger.info("copied and verified \(destination)", metadata: ["digest": "\(result.after?.description ?? "none")"])
  }

  func goOn() throws(CopyFailure) {
    guard MirrorJob.isStopping else { return }
    throw CopyFailure(.retry, "the job was stopped before it reached this destination")
  }

  /// Where the repository has the image under another tag, or under none, nothing is copied: it gets the tag.
  ///
  /// What goes wrong with that goes wrong for the copy too, or is mended by it.
  ///
  /// - Parameter isRepositoryMissing: is set where the registry says that there is no such repository.
  private func putTag(_ isRepositoryMissing: inout Bool) async throws(CopyFailure) -> Bool {
    guard !wanted.isSchema1, !isSparse, job.copier.accepts(source) else { return false }
    do throws(RegistryError) {
      return try await job.registries.putTag(on: wanted.digest, as: destination)
    } catch {
      if case .throttled = error.kind { throw CopyFailure(error) }
      if error.kind == .cancelled { throw CopyFailure(error) }
      if error.isOfRepository {
        isRepositoryMissing = isKept
        return false
      }
      logger.info("the image is already there, but could not be tagged, so it is copied: \(error)")
      return false
    }
  }

  /// Where the registry says which tags may not be moved, nothing is copied in vain; elsewhere its refusal says it.
  private func refuseToMove(from there: Digest) async throws(CopyFailure) {
    guard let tag = destination.tag, let keeper = job.registries.repositories,
      case .there(let mutability)? = await keeper.standing(of: destination.withoutTag), mutability.isImmutable(tag)
    else { return }
    throw CopyFailure(
      .refused,
      "\(destination.familiar) is immutable, as its repository is \(mutability.rule.rawValue), and points to \(there), not \(wanted.digest): \(mutability.wayOut(of: tag, in: destination.repository))",
      .immutable)
  }

  // MARK: - Repositories

  /// Whether the destination's registry makes no repository by a push alone, and has a call to make one.
  private var isKept: Bool { job.registries.repositories?.keeps(destination.registry) ?? false }

  private var missingRepository: CopyFailure {
    CopyFailure(.refused, MissingRepository(destination).reason, .repository)
  }

  /// Makes the destination's repository with the settings of the row, of the configuration or the stack, or of a creation
  /// template, where one of them lets jobs do so.
  ///
  /// - Returns: whether a copy may find it there now.
  @discardableResult
  private func makeRepository() async throws(CopyFailure) -> Bool {
    guard let keeper = job.registries.repositories else { return false }
    let settings: RepositorySettings?
    do throws(MirrorError) {
      settings = try NewRepositories.settings(row: options, otherwise: job.newRepositories)
    } catch {
      throw CopyFailure(.badInput, error.description)
    }
    guard let settings else { return false }
    do throws(RepositoryFault) {
      switch try await keeper.make(destination.withoutTag, with: settings) {
      case .made: logger.info("created the repository \(destination.repository), which was missing")
      case .wasThere: break
      case .leftToPush(let template):
        logger.info("the creation template \(template) makes the repository \(destination.repository) with the push")
      }
      return true
    } catch {
      throw CopyFailure(error.isPassing ? .retry : .refused, error.description, .repository)
    }
  }

  private func look(
    after result: inout DestinationResult, _ form: ImageCopy.Form
  ) async throws(CopyFailure) {
    await job.report(JobProgress(phase: .verifying, destination: destination.description, destinations: count))
    result.after = try await digestThere()
    try verify(&result, form)
  }

  private func verify(_ result: inout DestinationResult, _ form: ImageCopy.Form) throws(CopyFailure) {
    guard let after = result.after else {
      throw CopyFailure(.retry, "after the copy there is no \(destination) at the destination; something removed it")
    }
    if after == wanted.digest { return }
    switch form {
    case .converted:
      result.converted = Conversion(from: wanted.digest, to: after)
      result.note =
        "the destination does not accept the source's format (\(wanted.mediaType)); it was converted to Docker schema 2, so the digests differ"
    case .preserved:
      throw CopyFailure(
        .retry,
        "after the copy \(destination) has digest \(after), not \(wanted.digest): something else wrote it in the meantime"
      )
    }
  }

  /// Looks once more where a registry took all but the manifest, and said why in words that nobody knows.
  ///
  /// - Returns: whether the tag stands for the image after all.
  /// - Throws: that it is final where the tag stands for another: registries that let no tag be overwritten say so in
  ///   words of their own.
  private func isThere(
    _ result: inout DestinationResult, despite failure: CopyFailure
  ) async throws(CopyFailure) -> Bool {
    guard let there = (try? await job.registries.head(destination))?.digest else { return false }
    result.before = result.before ?? there
    if there == wanted.digest { return true }
    throw CopyFailure(
      .refused,
      "\(destination.familiar) already points to \(there), and its registry accepted the image but not the tag, which may be immutable there: \(failure.reason)"
    )
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

  /// - Parameter makes: whether a repository that the copy finds missing may be made: not once it was tried.
  private func copy(
    from origin: ImageReference, makingRepository makes: Bool
  ) async throws(CopyFailure) -> ImageCopy.Form {
    do {
      return try await copy(from: origin)
    } catch {
      guard error.cause == .repository, isKept else { throw error }
      // A source whose repository went meanwhile is told in the same words.
      if case .there? = await job.registries.repositories?.standing(of: destination.withoutTag) { throw error }
      guard makes, try await makeRepository() else { throw missingRepository }
      return try await copy(from: origin)
    }
  }

  /// Copies just the manifest that was looked at, so that a tag which moves meanwhile cannot confuse the check after it.
  private func copy(from origin: ImageReference) async throws(CopyFailure) -> ImageCopy.Form {
    if let selected, let children = selected.children {
      try await copy(children, selected.index, from: origin)
      return .preserved
    }
    var copy = ImageCopy(
      origin.withoutTag.withDigest(wanted.digest), to: destination, options: options, count: count)
    do {
      try await make(copy) { $0 }
    } catch {
      guard wanted.isSchema1, error.verdict == .retry else { throw error }
      logger.warning(
        "the destination refused the source's Docker schema 1 manifest; copying it as schema 2, with a different digest"
      )
      copy.form = .converted
      try await make(copy) { $0 }
    }
    return copy.form
  }

  /// - Parameter telling: what is told of the progress.
  func make(
    _ copy: ImageCopy, telling: @escaping @Sendable (JobProgress) -> JobProgress
  ) async throws(CopyFailure) {
    logger.info("copying \(copy.source) to \(copy.destination)")
    try await job.copier.copy(copy, logger: logger) { await job.report(telling($0)) }
  }
}

extension ManifestDescriptor {
  /// Docker's first image manifest: signed by its content, so that no other form can keep its digest.
  var isSchema1: Bool { mediaType.hasPrefix("application/vnd.docker.distribution.manifest.v1") }
}
