import Glibc
import Support

/// Holds threads until it is opened, or nobody opens it.
public final class Gate: Sendable {
  private let state = Lock(false)

  public init() {}

  public var isOpen: Bool { state.withLock(\.self) }

  public func open() { state.withLock { $0 = true } }

  /// - Returns: whether it was opened, rather than waited for in vain.
  @discardableResult
  public func pass() -> Bool {
    let deadline = ContinuousClock.now + patience
    while !isOpen {
      if ContinuousClock.now > deadline { return false }
      usleep(1000)
    }
    return true
  }
}
