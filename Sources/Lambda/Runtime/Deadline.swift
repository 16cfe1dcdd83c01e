import FoundationEssentials
import Support

/// When an invocation must be over, and what to do about it.
struct Deadline: Sendable, Equatable {
  /// When Lambda ends the function.
  let end: Date

  /// When work is stopped, so that there is time left to say so: a tenth of what is left now before the end, at most a
  /// second.
  func stop(now: Date) -> Duration {
    let left = max(end.since(now), .zero)
    return left - min(left / 10, .seconds(1))
  }

  /// Runs `work`, and cancels it shortly before the deadline.
  ///
  /// Waits for the end of work that was cancelled: what does not heed that is ended by Lambda.
  /// - Throws: a `FunctionError` naming the deadline where that was the reason for the end; else what `work` throws.
  func hold<Value: Sendable>(
    for work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let limit = stop(now: .now)
    return try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask { try await work() }
      group.addTask {
        try await Task.sleep(for: limit)
        return nil
      }
      defer { group.cancelAll() }
      // Either there is a value or an error of the work, or time is up.
      if case let value?? = try await group.next() { return value }
      group.cancelAll()
      // It may have ended well at the last moment.
      if case .success(let value?)? = await group.nextResult() { return value }
      throw FunctionError(
        type: "Function.DeadlineExceeded",
        message: "stopped after \(limit.shown), shortly before the deadline at \(end.rfc3339); "
          + "if the work needs longer, raise the function's time-out")
    }
  }
}

extension Duration {
  /// Seconds with a fraction where they are few.
  fileprivate var shown: String {
    self < .seconds(10) ? "\(Double(Int(seconds * 10)) / 10)s" : brief
  }
}
