import Foundation

/// A folder that goes with its owner.
public final class TemporaryFolder: Sendable {
  public let path: String

  public init() throws {
    path = FileManager.default.temporaryDirectory.path + "/ecrmirror-test-\(UUID().uuidString)"
    // Whatever the umask: a store in a folder that others may write is refused.
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Writes a file, folders included, and gives its path.
  ///
  /// A program is never open for writing in this process: a child that another thread starts at that moment would have
  /// it open too, and it could not be started ("Text file busy").
  @discardableResult
  public func write(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
    let file = "\(path)/\(name)"
    let folder = file[..<(file.lastIndex(of: "/") ?? file.startIndex)]
    try FileManager.default.createDirectory(atPath: String(folder), withIntermediateDirectories: true)
    guard mode & 0o100 == 0 else {
      try Child.run("/usr/bin/install", "-m", String(mode, radix: 8), write("\(name).text", text), file)
      return file
    }
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    return file
  }

  public func read(_ name: String) -> String? {
    FileManager.default.contents(atPath: "\(path)/\(name)").map { String(decoding: $0, as: UTF8.self) }
  }
}
