import MirrorCore
import Support
import Testing

struct RetryRulesTests {
  static let rules = RetryRules(attempts: 3, backoff: Backoff(base: .zero, limit: .zero))

  static func word(_ next: JobNext) -> String {
    switch next {
    case .succeeded: "succeeded"
    case .failed: "failed"
    case .cancelled: "cancelled"
    case .retry: "retry"
    }
  }

  @Test(
    "What becomes of a job after an attempt",
    arguments: [
      (AttemptEnd.exited(0), 1, 1, "succeeded"), (.exited(1), 1, 1, "retry"), (.exited(1), 2, 2, "retry"),
      (.exited(1), 3, 3, "failed"), (.exited(2), 1, 1, "failed"), (.exited(3), 1, 1, "failed"),
      (.exited(127), 1, 1, "retry"), (.signaled(9), 1, 1, "retry"), (.signaled(9), 3, 3, "failed"),
      (.timedOut, 1, 1, "failed"), (.cancelled("x"), 1, 1, "cancelled"), (.interrupted, 0, 1, "retry"),
      (.lost, 0, 1, "retry"), (.lost, 2, 9, "retry"), (.lost, 0, 10, "failed"), (.interrupted, 0, 10, "failed"),
      (.exited(1), 1, 10, "failed"), (.notStarted("x"), 1, 1, "retry"), (.notStarted("x"), 3, 3, "failed"),
    ])
  func next(end: AttemptEnd, failed: Int, made: Int, expected: String) {
    #expect(Self.word(Self.rules.next(after: end, failed: failed, made: made)) == expected)
  }

  @Test("A cancelled job says why")
  func reason() {
    #expect(Self.rules.next(after: .cancelled("by a person"), failed: 1, made: 1) == .cancelled("by a person"))
  }
}
