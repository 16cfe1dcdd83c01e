import Terminal

/// A command being typed, with what would complete it.
struct CommandEntry: Sendable, Equatable {
  var field = TextField()
  /// Why it was not done, in place of the candidates.
  var error: String?
  /// The candidate that Tab chose last, of those there were for `stem`.
  private(set) var chosen: Int?
  /// What was typed before Tab first completed it.
  private(set) var stem: String?
  /// Commands back in the history; nil for what is being typed.
  private(set) var recalled: Int?

  var text: String { field.text }
  /// The name, and what follows it.
  var name: String { String(text.prefix { $0 != " " }) }
  var argument: String { String(text.dropFirst(name.count).drop { $0 == " " }) }
  /// What candidates are looked for: what was typed, not what Tab made of it.
  var asked: String { stem ?? text }

  /// - Returns: whether the key was one for a text.
  mutating func handle(_ key: Key) -> Bool {
    guard field.handle(key) else { return false }
    (error, chosen, stem, recalled) = (nil, nil, nil, nil)
    return true
  }

  /// Takes the next candidate, or the one before.
  mutating func complete(_ candidates: [String], step: Int) {
    guard !candidates.isEmpty else { return }
    if stem == nil { stem = text }
    let next = chosen.map { $0 + step } ?? (step > 0 ? 0 : -1)
    let index = (next + candidates.count) % candidates.count
    chosen = index
    field = TextField(candidates[index])
    error = nil
  }

  /// Brings back an earlier command, or a later one.
  mutating func recall(_ step: Int, of history: [String]) {
    let next = (recalled ?? -1) + step
    guard next < history.count else { return }
    (error, chosen, stem) = (nil, nil, nil)
    recalled = next < 0 ? nil : next
    field = TextField(next < 0 ? "" : history[history.count - 1 - next])
  }
}
