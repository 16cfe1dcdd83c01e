/// Runs `body`, and cancels it when it has not ended in time, measured on the clock that nobody sets.
///
/// A body that is cancelled is waited for: it must end then.
/// - Returns: nil where the time passed first.
/// - Throws: what the body throws; `CancellationError` where the calling task is cancelled.
public func withTimeLimit<Value: Sendable>(
  _ limit: Duration, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value? {
  try await withThrowingTaskGroup(of: Value?.self) { group in
    defer { group.cancelAll() }
    group.addTask { try await body() }
    group.addTask {
      try await Task.sleep(for: limit, clock: .continuous)
      return nil
    }
    return try await group.next() ?? nil
  }
}
