import Support

/// Does what may never come back. What takes longer is cancelled and left to itself, for what hangs may not listen.
///
/// - Parameters:
///   - what: for the error: what was waited for.
///   - limit: a watchdog, far beyond what a busy machine takes.
/// - Throws: `NeverHappened` at the limit, and whatever the work throws.
@discardableResult
public func soon<Value: Sendable>(
  _ what: String, within limit: Duration = patience, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  let task = Task(operation: work)
  return try await withCheckedThrowingContinuation { waiter in
    let waiting = Lock<CheckedContinuation<Value, any Error>?>(waiter)
    let settle: @Sendable (Result<Value, any Error>) -> Void = { result in
      let waiter = waiting.withLock { waiting in
        defer { waiting = nil }
        return waiting
      }
      waiter?.resume(with: result)
    }
    let watchdog = Task {
      try await Task.sleep(for: limit)
      task.cancel()
      settle(.failure(NeverHappened(what: what, limit: limit)))
    }
    Task {
      settle(await task.result)
      watchdog.cancel()
    }
  }
}

extension AsyncStream where Element: Sendable {
  /// The next element; nil where the stream has ended.
  ///
  /// - Parameter what: for the error: what was waited for.
  /// - Throws: `NeverHappened` where none comes.
  @discardableResult
  public func next(_ what: String) async throws -> Element? {
    try await soon(what) {
      for await element in self { return element }
      return nil
    }
  }
}
