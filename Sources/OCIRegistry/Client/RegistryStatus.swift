public import FoundationEssentials
import HTTP

/// What one registry has answered so far: for people who watch their budget.
public struct RegistryStatus: Sendable, Equatable {
  public var registry: String
  /// Requests sent, token requests not among them.
  public var requests = 0
  /// Requests to the servers that hand out its tokens, further attempts not among them.
  public var tokenRequests = 0
  /// Answers with status 429.
  public var throttled = 0
  /// The budget of pulls as the registry last told it; nil where it names none.
  public var limit: RateLimit?
  public var remaining: RateLimit?
  /// When the budget is whole again at the latest: the window counted from the last answer that named it.
  public var resetsAt: Date?
  /// Whom the budget belongs to: an address or a user, as the registry names it.
  public var source: String?
  /// The registry wants no request before this time.
  public var blockedUntil: Date?
  /// The last failure of the registry itself; nil again after any proper answer, a refusal among them.
  public var lastError: String?
  /// The same as looks tell it of images.
  public var trouble: RegistryTrouble?

  public init(registry: String) {
    self.registry = registry
  }

  /// Whether the budget of pulls may not last: less than a fifth of it is left.
  public var hasFewPulls: Bool {
    guard let left = remaining?.count, let limit = limit?.count else { return false }
    return left * 5 < limit
  }

  mutating func note(status: Int) {
    (lastError, trouble) =
      switch status {
      case 429: ("it is throttling requests", .throttled(registry))
      case 500...: ("it answered with status \(status)", RegistryTrouble(.server(status: status), of: registry))
      default: (nil, nil)
      }
  }

  mutating func fail(_ error: HTTPError) {
    let kind = RegistryError(error, subject: registry, registry: registry).kind
    (lastError, trouble) = (error.description, RegistryTrouble(kind, of: registry))
  }
}
