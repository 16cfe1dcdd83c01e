import Support

/// How long tests wait for what takes moments: a watchdog, which no busy machine sets off.
public let patience = Duration.seconds(300)

/// Waits until a condition holds, asking it a hundred times a second.
///
/// - Parameters:
///   - what: for the error: what was waited for.
///   - limit: a watchdog, far beyond what a busy machine takes.
/// - Throws: `NeverHappened` at the limit, and whatever the condition throws.
public func waitFor(
  _ what: String, upTo limit: Duration = patience, isolation: isolated (any Actor)? = #isolation,
  _ condition: () async throws -> Bool
) async throws {
  let _: Void = try await waitFor(what, upTo: limit) { try await condition() ? () : nil }
}

/// Waits until there is a value, looking a hundred times a second; otherwise the same.
public func waitFor<Value>(
  _ what: String, upTo limit: Duration = patience, isolation: isolated (any Actor)? = #isolation,
  value: () async throws -> Value?
) async throws -> Value {
  let deadline = ContinuousClock.now + limit
  while true {
    if let value = try await value() { return value }
    guard ContinuousClock.now < deadline else { throw NeverHappened(what: what, limit: limit) }
    try await Task.sleep(for: .milliseconds(10))
  }
}

public struct NeverHappened: Error, CustomStringConvertible {
  let what: String
  let limit: Duration

  public var description: String { "waited for \(what) for \(limit.brief), in vain" }
}
