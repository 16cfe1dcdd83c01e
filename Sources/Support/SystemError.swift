import Glibc

/// A system call that failed: what was tried, and the system's reason.
public struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was tried, to be read after "cannot": `open the lock file /run/x`.
  public let action: String
  /// The `errno` of the failure.
  public let code: CInt

  public init(_ action: String, code: CInt) {
    self.action = action
    self.code = code
  }

  /// Takes `errno` as it stands now.
  public init(_ action: String) {
    self.init(action, code: errno)
  }

  public var description: String {
    "cannot \(action): \(String(cString: strerror(code)))"
  }
}
