import Glibc
import Support

/// Writes files that somebody asked for; one that is there already is left alone.
enum FileSaver {
  /// - Parameter file: below the current folder where it does not begin with a slash; `~/` is the home folder.
  /// - Returns: the file's whole path.
  /// - Throws: `SystemError`; with the code `EEXIST` for a file that is there.
  static func save(_ text: String, file: String) throws(SystemError) -> String {
    let path = absolute(file)
    let action = "write \(path)"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SystemError(action) }
    defer { close(descriptor) }
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        let error = SystemError(action)
        unlink(path)
        throw error
      }
      bytes = bytes.dropFirst(count)
    }
    return path
  }

  private static func absolute(_ file: String) -> String {
    if file.hasPrefix("/") { return file }
    if file.hasPrefix("~/"), let home = getenv("HOME") { return String(cString: home) + file.dropFirst() }
    guard let current = getcwd(nil, 0) else { return file }
    defer { free(current) }
    return String(cString: current) + "/" + file
  }
}
