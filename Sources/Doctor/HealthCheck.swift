import AWSBackend
import AWSClient
public import MirrorCore
import OCIRegistry
import Support

/// One thing that an installation stands on: how it is, and what to do where it is not well.
public struct HealthCheck: Sendable, Equatable {
  public enum Status: String, Sendable, CaseIterable {
    case ok
    /// Work goes on, but a person should look; or it cannot be told.
    case warning
    /// Something does not work.
    case failed

    public var severity: Severity {
      switch self {
      case .ok: .good
      case .warning: .warning
      case .failed: .bad
      }
    }
  }

  /// What was looked at: `skopeo`, `registry docker.io`.
  public let name: String
  public let status: Status
  /// What was seen, in words.
  public let seen: String
  /// What to do; nil where nothing is to be done, or nobody knows.
  public let advice: String?

  /// Both texts may hold anything.
  public init(_ name: String, _ status: Status, _ seen: String, advice: String? = nil) {
    self.name = name.cleaned.shortened(to: 300)
    self.status = status
    self.seen = seen.cleaned.shortened(to: 1000)
    self.advice = advice.map { $0.cleaned.shortened(to: 1000) }
  }

  /// A look that failed. What a policy forbids is no fault of the thing that was looked at.
  init(_ name: String, failed error: any Error, advice: String? = nil) {
    if let error = error as? RegistryError {
      self.init(name, .failed, error.sentence, advice: error.advice ?? advice)
      return
    }
    let known = (error as? AWSError).map(MirrorError.init) ?? error as? MirrorError
    let isDenied = known?.outage?.cause == .denied
    let reason = known?.reason ?? "\(error)"
    self.init(
      name, isDenied ? .warning : .failed, isDenied ? "unknown: \(reason)" : reason,
      advice: known?.outage?.advice ?? advice)
  }

  static func late(_ name: String, _ limit: Duration) -> HealthCheck {
    HealthCheck(name, .failed, "no answer within \(limit.brief)", advice: "check what delays it, and try again")
  }
}

/// Runs a look that may take so long, and gives it up then, even where it hangs in the system.
func within<Value: Sendable>(
  _ limit: Duration, orElse late: Value, _ look: @escaping @Sendable () async -> Value
) async -> Value {
  await withCheckedContinuation { continuation in
    let waiting = Lock<CheckedContinuation<Value, Never>?>(continuation)
    @Sendable func end(_ value: Value) {
      let waiter = waiting.withLock { waiter in
        defer { waiter = nil }
        return waiter
      }
      waiter?.resume(returning: value)
    }
    let work = Task { end(await look()) }
    Task {
      try? await Task.sleep(for: limit)
      work.cancel()
      end(late)
    }
  }
}
