import FoundationEssentials
import OCIRegistry
import Support

/// A private folder (mode 0700) with an auth file (mode 0600) that holds only the credentials one copy needs: where the
/// system has no memory for an `AuthDocument`.
///
/// `ECRMIRROR_SCRATCH` names the folder it is made in, which a worker clears after a job that was killed.
struct AuthFolder: Sendable {
  let file: String
  private let folder: PrivateFolder

  static func make(
    for references: [ImageReference], _ source: any CredentialSource,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) async throws(CopyFailure) -> AuthFolder {
    try make(try await document(for: references, source), environment: environment)
  }

  /// What the file holds.
  static func document(
    for references: [ImageReference], _ source: any CredentialSource
  ) async throws(CopyFailure) -> [UInt8] {
    var credentials: [String: RegistryCredential] = [:]
    for reference in references {
      do {
        credentials[reference.name] = try await source.credential(
          for: reference.registry, repository: reference.repository)
      } catch {
        throw CopyFailure(.refused, "the credentials for \(reference.registry) cannot be read: \(error)")
      }
    }
    return ContainersAuth.authFileJSON(for: credentials)
  }

  static func make(
    _ document: [UInt8], environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(CopyFailure) -> AuthFolder {
    do {
      return try write(document, environment)
    } catch let fault as PathFault {
      throw CopyFailure(
        .refused,
        "no credentials are written where others could replace them: \(fault); \(fault.advice), or name another "
          + "folder in TMPDIR")
    } catch {
      throw CopyFailure(.retry, "\(error)")
    }
  }

  private static func write(_ bytes: [UInt8], _ environment: [String: String]) throws -> AuthFolder {
    let parent = ["ECRMIRROR_SCRATCH", "XDG_RUNTIME_DIR", "TMPDIR"].lazy.compactMap { environment[$0] }
      // A relative one would be another folder for skopeo.
      .first { $0.hasPrefix("/") }
    let folder = try PrivateFolder(in: parent ?? "/tmp", for: "auth")
    let auth = AuthFolder(file: folder.path + "/auth.json", folder: folder)
    do throws(SystemError) {
      try replaceFile(auth.file, with: bytes)
    } catch {
      folder.remove()
      throw error
    }
    return auth
  }

  func remove() {
    folder.remove()
  }
}
