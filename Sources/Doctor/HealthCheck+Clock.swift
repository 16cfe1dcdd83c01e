import FoundationEssentials
import Support

extension HealthCheck {
  /// Signatures of AWS and tokens of registries hold within minutes.
  static let mostSkew: TimeInterval = 240
  static let muchSkew: TimeInterval = 30

  /// This machine's clock beside those of others.
  ///
  /// - Parameter ahead: how many seconds each of them is ahead of this machine's; one of them may be wrong itself.
  static func clock(ahead: [TimeInterval]) -> HealthCheck {
    guard !ahead.isEmpty else { return HealthCheck("clock", .ok, "no service gave a time to compare with") }
    let median = ahead.sorted()[ahead.count / 2]
    let seconds = abs(median).rounded()
    let words =
      "\(Duration.seconds(seconds).brief) \(median > 0 ? "behind" : "ahead of") the services that were contacted"
    if seconds < muchSkew { return HealthCheck("clock", .ok, "in sync with the services that were contacted") }
    return HealthCheck(
      "clock", seconds > mostSkew ? .failed : .warning, words, advice: "set it, with NTP: timedatectl set-ntp true")
  }
}
