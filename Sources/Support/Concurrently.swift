/// Runs `body` for every element, for up to `width` of them at once.
///
/// - Returns: the results, in the order in which they came.
/// - Throws: the first error; what is under way is cancelled then.
public func concurrently<Element: Sendable, Result: Sendable>(
  _ elements: some Sequence<Element>, width: Int, _ body: @escaping @Sendable (Element) async throws -> Result
) async throws -> [Result] {
  try await withThrowingTaskGroup(of: Result.self) { group in
    var waiting = elements.makeIterator()
    var results: [Result] = []
    for _ in 0..<max(width, 1) {
      guard let element = waiting.next() else { break }
      group.addTask { try await body(element) }
    }
    while let result = try await group.next() {
      results.append(result)
      if let element = waiting.next() { group.addTask { try await body(element) } }
    }
    return results
  }
}
