import FoundationEssentials
import HTTP
import Support

/// The door to one registry: how many requests pass at once, when none may, and what was seen of its budget.
final class RegistryGate: Sendable {
  private let line: RequestLine
  private let maximumWait: Duration
  private let backoff: Backoff
  private let state: Lock<State>
  private let kept = Lock<RegistryDoor?>(nil)

  struct State: Sendable {
    var status: RegistryStatus
    /// How often in a row the registry was too busy again after it had been left alone.
    var throttlings = 0
    /// No request before this; on the clock that nobody sets, as everything that is waited for.
    var blockedUntil: ContinuousClock.Instant?
    /// When the budget is whole again.
    var resetsAt: ContinuousClock.Instant?

    init(_ registry: String) {
      status = RegistryStatus(registry: registry)
    }

    /// What people see, with times of day as the machine's clock has them now.
    func status(at now: ContinuousClock.Instant, date: Date) -> RegistryStatus {
      func day(_ instant: ContinuousClock.Instant?) -> Date? {
        instant.map { date.addingTimeInterval(now.duration(to: $0).seconds) }
      }
      var status = status
      status.blockedUntil = isBlocked(at: now) ? day(blockedUntil) : nil
      status.resetsAt = day(resetsAt)
      return status
    }

    func isBlocked(at now: ContinuousClock.Instant) -> Bool {
      blockedUntil.map { $0 > now } ?? false
    }
  }

  init(_ registry: String, _ configuration: RegistryConfiguration) {
    line = RequestLine(most: configuration.maximumConcurrentRequests)
    maximumWait = configuration.maximumThrottleWait
    backoff = configuration.throttleBackoff
    state = Lock(State(registry))
  }

  /// What requests have, made anew now and then.
  func door(_ make: () throws(RegistryError) -> RegistryDoor) throws(RegistryError) -> RegistryDoor {
    if let door = kept.withLock(\.self), .now - door.made < RegistryDoor.age { return door }
    let door = try make()
    kept.withLock { $0 = door }
    return door
  }

  /// How many requests may be under way at once just now.
  var width: Int { line.width }

  var status: RegistryStatus { state.withLock { $0.status(at: .now, date: .now) } }

  enum Refusal: Error {
    case cancelled
    /// The registry is to be left alone for longer than is waited.
    case throttled(until: Date)
  }

  /// Waits for a place and, within bounds, for a throttled registry. `leave` must follow.
  ///
  /// - Returns: now, when the request goes out.
  func enter() async throws(Refusal) -> ContinuousClock.Instant {
    while true {
      // Looked at with the place in hand: a 429 that came while this request stood in line counts.
      do { try await line.acquire() } catch { throw .cancelled }
      let now = ContinuousClock.now
      let wait: Duration? = state.withLock { state in
        if let until = state.blockedUntil, until > now { return now.duration(to: until) }
        state.blockedUntil = nil
        state.status.requests += 1
        return nil
      }
      guard let wait else { return now }
      line.release()
      guard wait <= maximumWait else { throw .throttled(until: Date.now.addingTimeInterval(wait.seconds)) }
      do { try await Task.sleep(for: max(wait, .milliseconds(1))) } catch { throw .cancelled }
    }
  }

  /// The same where nothing has to be waited for; nil where something has.
  func tryEnter() -> ContinuousClock.Instant? {
    guard line.tryAcquire() else { return nil }
    let now = ContinuousClock.now
    let isOpen = state.withLock { state in
      if state.isBlocked(at: now) { return false }
      state.status.requests += 1
      return true
    }
    if isOpen { return now }
    line.release()
    return nil
  }

  /// Counts a request that went to the registry by another way than through here.
  func noteRequest() { state.withLock { $0.status.requests += 1 } }

  /// Gives the place back and keeps what the answer told.
  ///
  /// - Parameter sent: what `enter` gave.
  func leave(_ outcome: Result<HTTPResponse, HTTPError>, sent: ContinuousClock.Instant) {
    state.withLock { state in
      switch outcome {
      case .success(let response):
        state.note(response, now: .now, date: .now, backoff: backoff, maximumWait: maximumWait)
      case .failure(let error): if error.code != .cancelled { state.status.fail(error) }
      }
    }
    line.leave(outcome, sent: sent)
  }
}

extension RegistryGate.State {
  /// - Parameters:
  ///   - date: the time of day, for answers that name one.
  ///   - maximumWait: a 503 that names no more keeps others away too; one that names more is about the request alone.
  mutating func note(
    _ response: HTTPResponse, now: ContinuousClock.Instant, date: Date, backoff: Backoff, maximumWait: Duration
  ) {
    if let limit = response.headers["ratelimit-limit"].flatMap(RateLimit.init) {
      status.limit = limit
      resetsAt = limit.window.map { now + $0 }
    }
    if let remaining = response.headers["ratelimit-remaining"].flatMap(RateLimit.init) { status.remaining = remaining }
    if let source = response.headers["docker-ratelimit-source"] { status.source = source.cleaned.shortened(to: 100) }

    guard response.status == 429 else {
      throttlings = 0
      status.note(status: response.status)
      if response.status == 503, let wait = response.retryAfter(now: date), wait <= maximumWait {
        blockedUntil = max(now + wait, blockedUntil ?? now)
      }
      return
    }
    status.throttled += 1
    status.note(status: 429)
    // Requests that were under way together are all refused: they count as one.
    if !isBlocked(at: now) { throttlings += 1 }
    let wait = max(response.retryAfter(now: date) ?? backoff.ceiling(attempt: throttlings), backoff.base)
    blockedUntil = max(now + wait, blockedUntil ?? now)
  }
}
