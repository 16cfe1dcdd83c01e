import FoundationEssentials
import Glibc
import OCIRegistry
import Support

/// The file where the dashboard keeps how an installation was looked at. Losing it loses nothing that matters: whatever
/// is wrong with it is passed over.
struct StateFile: Sendable {
  private let folder: String
  private let path: String

  /// - Parameters:
  ///   - folder: made where there is none.
  ///   - name: of the installation.
  init(folder: String, name: String) {
    self.folder = folder
    path = "\(folder)/\(Digest.sha256(of: Array(name.utf8)).hex.prefix(16)).json"
  }

  func read() -> Remembered? {
    guard let bytes = try? readFile(path, limit: 1 << 20) else { return nil }
    return try? JSONDecoder().decode(Remembered.self, from: Data(bytes))
  }

  /// Another dashboard may do the same: the last one counts, and no reader sees half a file.
  func write(_ memory: Remembered) {
    guard let data = try? JSONEncoder().encode(memory) else { return }
    guard (try? makeFolder(folder)) != nil else { return }
    // Others had it made with another umask.
    chmod(folder, 0o700)
    try? replaceFile(path, with: Array(data))
  }
}
