import Glibc

/// A lock on a file that the kernel lets go of when its holder ends, however that comes about.
public final class FileLock: Sendable {
  private let descriptor: CInt

  private init(descriptor: CInt) {
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  /// Takes the lock, creating the file (mode 0600) where there is none.
  ///
  /// - Returns: nil when another process, or another lock of this one, holds it.
  /// - Throws: `SystemError` when the file cannot be opened.
  public static func acquire(_ path: String) throws(SystemError) -> FileLock? {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SystemError("open the lock file \(path)") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
    return FileLock(descriptor: descriptor)
  }

  /// Whether somebody holds the lock on this file just now; a file that is not there is not held.
  public static func isHeld(_ path: String) -> Bool {
    let descriptor = open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) != 0
  }
}
