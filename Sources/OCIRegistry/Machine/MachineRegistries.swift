import Support

/// The machine's `registries.conf`, read again now and then: what looks at registries for days follows its changes, as
/// each new skopeo does.
public final class MachineRegistries: Sendable {
  public typealias Outcome = Result<RegistriesConf, MachineFileFault>

  private let read: @Sendable () -> Outcome
  private let age: Duration
  private let kept = Lock<(outcome: Outcome, at: ContinuousClock.Instant)?>(nil)

  /// - Parameter age: how old what was read may be. Reading takes less than a look does, but looks come by the thousand.
  public init(age: Duration = .seconds(5), _ read: @escaping @Sendable () -> Outcome) {
    self.age = age
    self.read = read
  }

  public convenience init(_ conf: RegistriesConf) {
    self.init { .success(conf) }
  }

  /// - Throws: where it cannot be used, as skopeo cannot then.
  public func current() throws(MachineFileFault) -> RegistriesConf {
    if let kept = kept.withLock(\.self), .now - kept.at < age { return try kept.outcome.get() }
    let outcome = read()
    kept.withLock { $0 = (outcome, .now) }
    return try outcome.get()
  }
}
