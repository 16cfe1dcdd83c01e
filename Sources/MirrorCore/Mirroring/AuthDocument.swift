import Glibc
import OCIRegistry
import Support

/// The credentials that one copy needs, and no others, as skopeo can read them.
///
/// They are kept in memory, which skopeo gets as its standard input: nothing is left of them when both processes are
/// gone, whatever ended them. Where the system has no such memory they are in an `AuthFolder`.
struct AuthDocument: Sendable {
  /// Where skopeo finds them.
  let path: String
  /// The descriptor that skopeo's standard input must be for that; nil where it does not matter.
  let input: CInt?
  private let folder: AuthFolder?

  static func make(
    for references: [ImageReference], _ source: any CredentialSource
  ) async throws(CopyFailure) -> AuthDocument {
    let bytes = try await AuthFolder.document(for: references, source)
    if let document = inMemory(bytes) { return document }
    let folder = try AuthFolder.make(bytes)
    return AuthDocument(path: folder.file, input: nil, folder: folder)
  }

  /// nil where the system cannot do it.
  static func inMemory(_ bytes: [UInt8]) -> AuthDocument? {
    guard access("/proc/self/fd", R_OK | X_OK) == 0 else { return nil }
    guard let descriptor = try? MemoryFile.make("ecrmirror-auth", holding: bytes) else { return nil }
    return AuthDocument(path: "/proc/self/fd/0", input: descriptor, folder: nil)
  }

  func remove() {
    if let input { close(input) }
    folder?.remove()
  }
}
