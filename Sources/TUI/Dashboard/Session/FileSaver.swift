import Glibc
import Support

/// Writes files that somebody asked for; one that is there already is left alone.
enum FileSaver {
  /// - Parameter file: below the current folder where it does not begin with a slash; `~/` is the home folder.
  /// - Returns: the file's whole path.
  /// - Throws: `SystemError`; with the code `EEXIST` for a file that is there.
  static func save(_ text: String, file: String) throws(SystemError) -> String {
    let path = absolute(file)
    try makeFile(path, with: Array(text.utf8))
    return path
  }

  static func absolute(_ file: String) -> String {
    if file.hasPrefix("/") { return file }
    if file.hasPrefix("~/"), let home = getenv("HOME") { return String(cString: home) + file.dropFirst() }
    guard let current = getcwd(nil, 0) else { return file }
    defer { free(current) }
    return String(cString: current) + "/" + file
  }
}
