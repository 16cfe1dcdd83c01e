import HTTP
import Support

/// Where requests to one server stand in line: as many pass at once as its window says.
final class RequestLine: Sendable {
  private let permits: Permits
  private let window: Lock<RequestWindow>

  /// - Parameter most: how many requests pass at once, whatever the server takes.
  init(most: Int) {
    let window = RequestWindow(most: most)
    permits = Permits(window.size)
    self.window = Lock(window)
  }

  /// How many requests may be under way at once just now.
  var width: Int { window.withLock(\.size) }

  /// Waits for a place. `release` or `leave` must follow.
  func acquire() async throws(CancellationError) { try await permits.acquire() }

  /// Takes a place if there is one at once; the same must follow.
  func tryAcquire() -> Bool { permits.tryAcquire() }

  /// Gives the place back of a request that was not sent.
  func release() { permits.release() }

  /// Gives the place back of a request that was sent then, and takes in how it was answered.
  func leave(_ outcome: Result<HTTPResponse, HTTPError>, sent: ContinuousClock.Instant) {
    guard let answer = RequestWindow.Answer(outcome, sent: sent) else { return permits.release() }
    let isFull = permits.held * 2 > width
    window.withLock { window in
      let before = window.size
      window.note(answer, sent: sent, now: .now, isFull: isFull)
      // Under the lock, so that of two changes the later one is what holds.
      if window.size != before { permits.resize(to: window.size) }
    }
    permits.release()
  }
}

extension RequestWindow.Answer {
  /// - Returns: nil for what tells nothing of the server.
  init?(_ outcome: Result<HTTPResponse, HTTPError>, sent: ContinuousClock.Instant) {
    switch outcome {
    case .success(let response):
      let isPushback = response.status == 429 || response.status == 503
      let kind = RequestWindow.Kind(isSuccess: response.status == 200, hasBody: !response.body.isEmpty)
      self = isPushback ? .pushback : .proper(response.wait ?? .now - sent, kind)
    case .failure(let error):
      switch error.code {
      case .timeout, .connectionLost, .cannotConnect: self = .pushback
      default: return nil
      }
    }
  }
}
