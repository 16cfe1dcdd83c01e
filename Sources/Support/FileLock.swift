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
  /// - Throws: `SystemError` when the file cannot be opened, or is no regular file of this user's.
  public static func acquire(_ path: String) throws(SystemError) -> FileLock? {
    take(try checked(openRegular(path, O_RDWR | O_CREAT), path, owner: geteuid()))
  }

  /// - Parameter descriptor: closed with the lock, or where somebody else holds it.
  static func take(_ descriptor: CInt) -> FileLock? {
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
    return FileLock(descriptor: descriptor)
  }

  /// Whether somebody holds the lock on this file just now; a file that is not there is not held.
  ///
  /// - Parameter unknown: the answer where this user may not open the file.
  public static func isHeld(_ path: String, orElse unknown: Bool = false) -> Bool {
    let opened = openRegular(path, O_RDONLY)
    if opened < 0 && errno == EACCES { return unknown }
    guard let descriptor = try? checked(opened, path, owner: nil) else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) != 0
  }
}
