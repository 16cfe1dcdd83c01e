import Glibc

/// The folders in which programs are looked for: the `PATH` of the environment.
public struct SearchPath: Sendable {
  private let folders: [Substring]

  /// - Parameter variable: the value of `PATH`.
  public init(_ variable: String) {
    // An empty part would mean the current folder, where nobody should have to expect a program.
    folders = variable.split(separator: ":")
  }

  /// Where a program is that is named, or given by its path, which stays as it is.
  ///
  /// - Returns: nil for a name that is nowhere.
  public func path(of program: String) -> String? { program.contains("/") ? program : find(program) }

  /// The first file of this name that may be executed.
  ///
  /// Looking first saves a process for each folder in which the program is not.
  public func find(_ name: String) -> String? {
    for folder in folders {
      let path = "\(folder)/\(name)"
      var status = stat()
      if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, access(path, X_OK) == 0 { return path }
    }
    return nil
  }
}
