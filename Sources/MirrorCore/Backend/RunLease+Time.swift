public import FoundationEssentials
import Support

extension RunLease {
  /// How long a lease lasts without being renewed: a run that died blocks the next for so long at the most.
  public static let length = Duration.seconds(60)

  /// What is beyond this was written by a clock that is wrong, or was at the time. Clocks of machines that share a lease
  /// may differ by a lease's length.
  public static func latestEnd(at now: Date) -> Date { now + (length * 2).seconds }

  /// Whether it keeps others from running: it has not ended, and ends no later than any lease does. One that claims more
  /// would block every run until a false time comes true.
  public func isLive(at now: Date) -> Bool {
    expires > now && expires <= Self.latestEnd(at: now)
  }
}
