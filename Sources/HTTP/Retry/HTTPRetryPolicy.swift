public import FoundationEssentials
public import Support

/// When a request is worth sending again, and after how long.
public struct HTTPRetryPolicy: Sendable {
  /// How often a request is sent at most, the first time included.
  public var attempts: Int
  public var backoff: Backoff
  /// The statuses that may pass by themselves.
  public var statuses: Set<Int>
  /// A `Retry-After` beyond this is not waited for: the answer is handed on.
  public var retryAfterLimit: Duration

  public init(
    attempts: Int = 4, backoff: Backoff = Backoff(base: .milliseconds(250), limit: .seconds(5)),
    statuses: Set<Int> = passingStatuses.union([429]), retryAfterLimit: Duration = .seconds(30)
  ) {
    self.attempts = attempts
    self.backoff = backoff
    self.statuses = statuses
    self.retryAfterLimit = retryAfterLimit
  }

  /// For callers that handle 429 themselves.
  public static let withoutThrottling = HTTPRetryPolicy(attempts: 3, statuses: passingStatuses)

  /// Time-outs and a server's own failures, among them those that a CDN reports of the server behind it (520 to 527, and
  /// 530: Cloudflare's error pages).
  public static let passingStatuses: Set<Int> = Set([408, 500, 502, 503, 504, 530]).union(520...527)

  public enum Decision: Sendable, Equatable {
    /// Hand the outcome on.
    case accept
    /// Send again after a wait of the backoff's choice.
    case backOff
    /// Send again after exactly this: the server named it.
    case wait(Duration)
  }

  /// What to do with the outcome of the given attempt (1 for the first).
  public func decision(
    method: String, attempt: Int, outcome: Result<HTTPResponse, HTTPError>, now: Date
  ) -> Decision {
    guard attempt < attempts, Self.idempotent.contains(method) else { return .accept }
    switch outcome {
    case .failure(let error):
      // A time-out took its time already: once more is enough to tell a hiccup from a server that hangs.
      if error.code == .timeout && attempt > 1 { return .accept }
      return Self.passing.contains(error.code) ? .backOff : .accept
    case .success(let response):
      guard statuses.contains(response.status) else { return .accept }
      guard let wait = response.retryAfter(now: now) else { return .backOff }
      return wait <= retryAfterLimit ? .wait(wait) : .accept
    }
  }

  /// The decision with the backoff's choice made; nil to hand the outcome on.
  public func wait(
    method: String, attempt: Int, outcome: Result<HTTPResponse, HTTPError>, now: Date
  ) -> Duration? {
    switch decision(method: method, attempt: attempt, outcome: outcome, now: now) {
    case .accept: nil
    case .backOff: backoff.wait(attempt: attempt)
    case .wait(let named): named
    }
  }

  private static let idempotent: Set = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]
  private static let passing: Set<HTTPError.Code> = [.cannotResolve, .cannotConnect, .timeout, .connectionLost]
}
