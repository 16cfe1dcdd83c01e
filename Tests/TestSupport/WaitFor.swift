/// Waits until a condition holds, asking it a hundred times a second.
///
/// - Parameters:
///   - what: for the error: what was waited for.
///   - limit: a watchdog, far beyond what a busy machine takes.
/// - Throws: `NeverHappened` at the limit, and whatever the condition throws.
public func waitFor(
  _ what: String, upTo limit: Duration = .seconds(120), isolation: isolated (any Actor)? = #isolation,
  _ condition: () async throws -> Bool
) async throws {
  let start = ContinuousClock.now
  while try await !condition() {
    guard ContinuousClock.now - start < limit else { throw NeverHappened(what: what, limit: limit) }
    try await Task.sleep(for: .milliseconds(10))
  }
}

public struct NeverHappened: Error, CustomStringConvertible {
  let what: String
  let limit: Duration

  public var description: String { "waited for \(what) for \(limit), in vain" }
}
