/// Why a store or a service as a whole does not do what is asked of it, and what a person can do about that.
public struct Outage: Sendable, Equatable {
  public enum Cause: Sendable, Equatable, CaseIterable {
    /// The AWS session has ended, there is none, or AWS does not know its key.
    case signedOut
    /// Whoever hands out AWS credentials fails.
    case signInFails
    /// A policy forbids it.
    case denied
    case throttled
    /// Nobody answers.
    case unreachable
    /// The service answers that it fails.
    case faulty
    /// The store, the table or the stack is not there.
    case gone
    /// Another process holds the store.
    case locked
    /// The disk has no room.
    case full
    /// What is there cannot be read, or is not what it should be.
    case unusable
  }

  public let cause: Cause
  /// What to do, in the imperative and without a full stop; short enough for a narrow screen.
  public let advice: String

  public init(_ cause: Cause, _ advice: String) {
    self.cause = cause
    self.advice = advice
  }
}
