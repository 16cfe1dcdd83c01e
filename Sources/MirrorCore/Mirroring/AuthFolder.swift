import FoundationEssentials
import Glibc
import OCIRegistry
import Support

/// A private folder (mode 0700) with an auth file (mode 0600) that holds only the credentials one copy needs.
///
/// `ECRMIRROR_SCRATCH` names the folder it is made in, which a worker clears after a job that was killed.
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
    let environment = ProcessInfo.processInfo.environment
    let parent = ["ECRMIRROR_SCRATCH", "XDG_RUNTIME_DIR", "TMPDIR"].lazy.compactMap { environment[$0] }
      .first { !$0.isEmpty }
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
