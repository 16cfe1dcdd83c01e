import Glibc

/// Puts a file in the place of another: who reads it sees the old or the new one, and no half of it.
///
/// - Parameter isPrivate: whether the file is its owner's alone (mode 0600), and a link in its place goes. Otherwise a
///   link stays and leads to the new file, which has the mode of the one before it, or what the umask leaves.
public func replaceFile(_ path: String, with bytes: [UInt8], isPrivate: Bool = true) throws(SystemError) {
  let draft = try FileDraft(path, isPrivate: isPrivate)
  do throws(SystemError) {
    try draft.write(bytes[...])
  } catch {
    draft.discard()
    throw error
  }
  try draft.commit()
}

/// Makes a file, readable and writable by its owner alone, that is not there yet.
///
/// - Throws: `SystemError`; with the code `EEXIST` for one that is there.
public func makeFile(_ path: String, with bytes: [UInt8]) throws(SystemError) {
  let action = "write \(path)"
  let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
  guard descriptor >= 0 else { throw SystemError(action) }
  defer { close(descriptor) }
  if let failure = writeAll(bytes[...], to: descriptor) {
    unlink(path)
    throw SystemError(action, code: failure)
  }
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
