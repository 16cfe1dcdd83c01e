import FoundationEssentials
import Glibc
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
      logger.info("in sync already", metadata: ["digest": "\(wanted.digest)"])
      result.outcome = .skipped
      result.after = result.before
      return result
    }
    let form = try await copy(from: origin)
    await job.report(JobProgress(phase: .verifying, destination: destination.description, destinations: count))
    result.after = try await digestThere()
    try verify(&result, form)
    logger.info("copied", metadata: ["digest": "\(result.after?.description ?? "none")"])
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
    let auth = try await AuthFolder.make(for: [pinned, destination], job.credentials)
    defer { auth.remove() }
    do {
      try await copy(pinned, .preserved, auth.file)
      return .preserved
    } catch {
      guard wanted.isSchema1, error.verdict == .retry else { throw error }
      logger.warning(
        "the destination refused the source's Docker schema 1 manifest; copying it as schema 2, with another digest")
      try await copy(pinned, .converted, auth.file)
      return .converted
    }
  }

  private func copy(_ pinned: ImageReference, _ form: Skopeo.Form, _ authFile: String) async throws(CopyFailure) {
    logger.info("copying", metadata: ["from": "\(pinned)"])
    let tracker = CopyTracker(
      registries: job.registries, source: pinned, destination: destination, count: count
    ) { await job.report($0) }
    let watcher = Task { await tracker.watch() }
    defer { watcher.cancel() }
    let logger = self.logger
    try await job.skopeo.copy(pinned, to: destination, form: form, authFile: authFile, logger: logger) { line in
      logger.info("skopeo: \(line.cleaned)")
      tracker.note(line)
    }
  }
}

extension ManifestDescriptor {
  /// Docker's first image manifest: signed by its content, so that no other form can keep its digest.
  var isSchema1: Bool { mediaType.hasPrefix("application/vnd.docker.distribution.manifest.v1") }
}

/// A private folder (mode 0700) with an auth file (mode 0600) that holds only the credentials one copy needs.
struct AuthFolder: Sendable {
  let file: String
  private let folder: String

  static func make(
    for references: [ImageReference], _ source: any CredentialSource
  ) async throws(CopyFailure) -> AuthFolder {
    var credentials: [String: RegistryCredential] = [:]
    for reference in references {
      do {
        credentials[reference.name] = try await source.credential(
          for: reference.registry, repository: reference.repository)
      } catch {
        throw CopyFailure(.refused, "the credentials for \(reference.registry) cannot be read: \(error)")
      }
    }
    do throws(SystemError) {
      return try write(ContainersAuth.authFileJSON(for: credentials))
    } catch {
      throw CopyFailure(.retry, "\(error)")
    }
  }

  private static func write(_ bytes: [UInt8]) throws(SystemError) -> AuthFolder {
    let parent = getenv("XDG_RUNTIME_DIR").map { String(cString: $0) } ?? getenv("TMPDIR").map { String(cString: $0) }
    var template = Array("\(parent ?? "/tmp")/ecrmirror-auth-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemError("make a private folder in \(parent ?? "/tmp")") }
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let auth = AuthFolder(file: folder + "/auth.json", folder: folder)
    let descriptor = open(auth.file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SystemError("create \(auth.file)") }
    defer { close(descriptor) }
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { throw SystemError("write \(auth.file)") }
    return auth
  }

  func remove() {
    unlink(file)
    rmdir(folder)
  }
}
