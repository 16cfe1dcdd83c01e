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
  writeAll(bytes[...], to: descriptor) ?? (fsync(descriptor) == 0 ? nil : errno)
}

/// - Returns: the `errno` of a failure.
private func writeAll(_ bytes: ArraySlice<UInt8>, to descriptor: CInt) -> CInt? {
  var rest = bytes
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    if count < 0 {
      if errno == EINTR { continue }
      return errno
    }
    rest = rest.dropFirst(count)
  }
  return nil
}

/// Copies a regular file, following no link, to one that is not there yet (mode 0600).
///
/// - Throws: `SystemError`; with the code `EFBIG` for one of more than `limit` bytes.
public func copyFile(_ path: String, to other: String, limit: Int) throws(SystemError) {
  let action = "copy \(path) to \(other)"
  let source = try checked(openRegular(path, O_RDONLY), path, owner: nil)
  defer { close(source) }
  let target = open(other, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
  guard target >= 0 else { throw SystemError(action) }
  defer { close(target) }
  var (part, copied) = ([UInt8](repeating: 0, count: 1 << 20), 0)
  while true {
    let count = read(source, &part, part.count)
    if count < 0 {
      if errno == EINTR { continue }
      throw SystemError(action)
    }
    if count == 0 { return }
    copied += count
    guard copied <= limit else { throw SystemError(action, code: EFBIG) }
    if let failure = writeAll(part[..<count], to: target) { throw SystemError(action, code: failure) }
  }
}
