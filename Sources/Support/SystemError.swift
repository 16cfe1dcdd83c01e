import Glibc

/// A system call that failed: what was tried, and the system's reason.
public struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was tried, to be read after "cannot": `open the lock file /run/x`.
  public let action: String
  /// The `errno` of the failure.
  public let code: CInt
  /// Instead of the system's words for the code.
  private let reason: String?

  public init(_ action: String, code: CInt, reason: String? = nil) {
    self.action = action
    self.code = code
    self.reason = reason
  }

  /// Takes `errno` as it stands now.
  public init(_ action: String) {
    self.init(action, code: errno)
  }

  public var description: String {
    "cannot \(action): \(reason ?? String(cString: strerror(code)))"
  }
}
