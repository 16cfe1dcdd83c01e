import Glibc

/// Makes a folder, with those above that are not there, for this user alone: mode 0700, whatever the umask.
///
/// What is there stays as it is.
public func makeFolder(_ path: String) throws(SystemError) {
  var partial = path.hasPrefix("/") ? "" : "."
  for part in path.split(separator: "/") {
    partial += "/\(part)"
    if mkdir(partial, 0o700) == 0 {
      chmod(partial, 0o700)
    } else if errno != EEXIST {
      throw SystemError("create the folder \(partial)")
    }
  }
}
