import Support

/// How long a sweep bears with a registry that does not answer: a table with a thousand rows of a dead registry must not
/// take a thousand time-outs.
struct Patience: Sendable, Equatable {
  /// Failures in a row.
  static let limit = 3

  private(set) var failures = 0
  /// How long the sweep has been asking it.
  var spent = Duration.zero
  private var last: String?

  /// - Parameter failure: nil where it answered, whatever it said.
  mutating func note(_ failure: LookFailure?) {
    guard let failure, failure.isRegistrys else {
      failures = 0
      return
    }
    failures += 1
    if failures >= Self.limit && last == nil { last = failure.reason }
  }

  /// Why it is not asked any more; nil where it is.
  func lost(to registry: String, within bound: Duration) -> String? {
    if let last { return Self.failures(of: registry) + last }
    return spent > bound ? "\(Self.slowness(of: registry))\(bound.brief) in one run" : nil
  }

  // How the reasons of looks that were not made begin, for whoever looks what they come of.
  static let notTried = "not tried: "
  static func failures(of registry: String) -> String { "\(registry) failed \(limit) times in a row: " }
  static func slowness(of registry: String) -> String { "checks of \(registry) took longer than " }
}
