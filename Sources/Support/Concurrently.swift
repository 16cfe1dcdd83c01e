/// Runs `body` for every element, for up to `width` of them at once.
///
/// - Returns: the results, in the order of the elements.
/// - Throws: the first error; what is under way is cancelled then.
public func concurrently<Element: Sendable, Result: Sendable>(
  _ elements: some Sequence<Element>, width: Int, _ body: @escaping @Sendable (Element) async throws -> Result
) async throws -> [Result] {
  try await withThrowingTaskGroup(of: (place: Int, result: Result).self) { group in
    var waiting = elements.enumerated().makeIterator()
    var results: [Result?] = []
    func begin() {
      guard let (place, element) = waiting.next() else { return }
      results.append(nil)
      group.addTask { (place, try await body(element)) }
    }
    for _ in 0..<max(width, 1) { begin() }
    while let (place, result) = try await group.next() {
      results[place] = result
      begin()
    }
    return results.compactMap(\.self)
  }
}
