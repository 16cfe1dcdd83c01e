import Support

/// Lets submissions through at an even rate, whoever of this process asks.
final class SubmissionRate: Sendable {
  private let bucket: Lock<TokenBucket>
  private let started = ContinuousClock.now

  /// - Parameter rate: submissions a second.
  init(_ rate: Double) {
    bucket = Lock(TokenBucket(rate: rate))
  }

  func wait() async throws(CancellationError) {
    let wait = bucket.withLock { [started] in $0.take(at: .now - started) }
    guard wait > .zero else { return }
    do { try await Task.sleep(for: wait) } catch { throw CancellationError() }
  }
}
