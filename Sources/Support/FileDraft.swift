import Glibc

/// A file that is written beside the one whose place it takes when it is whole: who reads that sees the old or the new
/// one, and no half of it. One of `commit` and `discard` must end it.
public struct FileDraft: Sendable {
  private let target: String
  private let draft: String
  private let descriptor: CInt
  /// Of the file afterwards; nil for what the umask leaves.
  private let mode: mode_t?
  private let action: String

  /// - Parameter isPrivate: whether the file is its owner's alone (mode 0600), and a link in its place goes. Otherwise a
  ///   link stays and leads to the new file, which has the mode of the one before it, or what the umask leaves.
  public init(_ path: String, isPrivate: Bool = true) throws(SystemError) {
    action = "write \(path)"
    target = isPrivate ? path : Self.resolved(path)
    var before = stat()
    mode = isPrivate ? 0o600 : stat(target, &before) == 0 ? before.st_mode & 0o7777 : nil
    draft = "\(target).\(getpid()).\(UInt32.random(in: 0 ... .max))"
    descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode == nil ? 0o666 : 0o600)
    guard descriptor >= 0 else { throw SystemError(action) }
  }

  public func write(_ bytes: ArraySlice<UInt8>) throws(SystemError) {
    if let failure = writeAll(bytes, to: descriptor) { throw SystemError(action, code: failure) }
  }

  /// Has it take its place. Where that fails nothing is left of it.
  public func commit() throws(SystemError) {
    var failure: CInt? = fsync(descriptor) == 0 ? nil : errno
    if failure == nil, let mode, mode != 0o600, fchmod(descriptor, mode) != 0 { failure = errno }
    close(descriptor)
    if failure == nil, rename(draft, target) != 0 { failure = errno }
    guard let failure else { return }
    unlink(draft)
    throw SystemError(action, code: failure)
  }

  public func discard() {
    close(descriptor)
    unlink(draft)
  }

  /// Where a link leads to; the path itself where it is none, or leads nowhere.
  private static func resolved(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
