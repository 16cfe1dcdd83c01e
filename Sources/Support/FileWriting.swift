import Glibc

/// Puts a file, readable and writable by its owner alone, in the place of another: who reads it sees the old or the new.
public func replaceFile(_ path: String, with bytes: [UInt8]) throws(SystemError) {
  let action = "write \(path)"
  let name = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max))"
  let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
  guard descriptor >= 0 else { throw SystemError(action) }
  let failure = write(bytes, to: descriptor)
  close(descriptor)
  if let failure {
    unlink(name)
    throw SystemError(action, code: failure)
  }
  guard rename(name, path) == 0 else {
    let code = errno
    unlink(name)
    throw SystemError(action, code: code)
  }
}

/// - Returns: the `errno` of a failure.
private func write(_ bytes: [UInt8], to descriptor: CInt) -> CInt? {
  var written = 0
  while written < bytes.count {
    let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    if count < 0 {
      if errno == EINTR { continue }
      return errno
    }
    written += count
  }
  return fsync(descriptor) == 0 ? nil : errno
}
