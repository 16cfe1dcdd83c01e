import FoundationEssentials
import HTTP
import Support

/// The door to one registry: how many requests pass at once, when none may, and what was seen of its budget.
final class RegistryGate: Sendable {
  private let permits: Permits
  private let maximumWait: Duration
  private let backoff: Backoff
  private let state: Lock<State>

  struct State: Sendable {
    var status: RegistryStatus
    /// How often in a row the registry was too busy again after it had been left alone.
    var throttlings = 0
  }

  init(_ registry: String, _ configuration: RegistryConfiguration) {
    permits = Permits(configuration.maximumConcurrentRequests)
    maximumWait = configuration.maximumThrottleWait
    backoff = configuration.throttleBackoff
    state = Lock(State(status: RegistryStatus(registry: registry)))
  }

  var status: RegistryStatus { state.withLock { $0.status } }

  enum Refusal: Error {
    case cancelled
    /// The registry is to be left alone for longer than is waited.
    case throttled(until: Date)
  }

  /// Waits for a place and, within bounds, for a throttled registry. `leave` must follow.
  func enter() async throws(Refusal) {
    while true {
      // Looked at with the place in hand: a 429 that came while this request stood in line counts.
      do { try await permits.acquire() } catch { throw .cancelled }
      let now = Date()
      guard let until = state.withLock({ $0.status.blockedUntil }), until > now else {
        state.withLock { state in
          state.status.blockedUntil = nil
          state.status.requests += 1
        }
        return
      }
      permits.release()
      let wait = until.since(now)
      guard wait <= maximumWait else { throw .throttled(until: until) }
      do { try await Task.sleep(for: max(wait, .milliseconds(1))) } catch { throw .cancelled }
    }
  }

  /// Gives the place back and keeps what the answer told.
  func leave(_ outcome: Result<HTTPResponse, HTTPError>) {
    let now = Date()
    state.withLock { state in
      switch outcome {
      case .success(let response): state.note(response, now: now, backoff: backoff)
      case .failure(let error): if error.code != .cancelled { state.status.lastError = error.description }
      }
    }
    permits.release()
  }
}

extension RegistryGate.State {
  mutating func note(_ response: HTTPResponse, now: Date, backoff: Backoff) {
    if let limit = response.headers["ratelimit-limit"].flatMap(RateLimit.init) {
      status.limit = limit
      status.resetsAt = limit.window.map { now.addingTimeInterval($0.seconds) }
    }
    if let remaining = response.headers["ratelimit-remaining"].flatMap(RateLimit.init) { status.remaining = remaining }
    if let source = response.headers["docker-ratelimit-source"] { status.source = source.cleaned.shortened(to: 100) }

    guard response.status == 429 else {
      throttlings = 0
      status.lastError = response.status < 500 ? nil : "it answered with status \(response.status)"
      return
    }
    status.throttled += 1
    status.lastError = "it is asked too often"
    // Requests that were under way together are all refused: they count as one.
    if status.blockedUntil.map({ $0 <= now }) ?? true { throttlings += 1 }
    let wait = max(response.retryAfter(now: now) ?? backoff.ceiling(attempt: throttlings), backoff.base)
    let until = now.addingTimeInterval(wait.seconds)
    status.blockedUntil = max(until, status.blockedUntil ?? until)
  }
}
