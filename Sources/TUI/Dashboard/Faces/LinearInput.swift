import Terminal

/// What a line means that somebody typed at the linear dashboard.
enum LinearInput {
  /// The keys that the line stands for: a key by its name or letter, a filter after `/`, else a command; in a
  /// form what goes into its field, and an empty line is Enter.
  static func keys(for line: String, in state: State?) -> [Key] {
    let text = line.filter { !$0.isNewline }
    switch state?.input {
    case .form: return inForm(text)
    case .confirmation(let question) where question.typed != nil: return typed(text) + [.enter]
    case .confirmation: return text.first.map { [.character($0)] } ?? [.enter]
    // What could not be read before is given up.
    case .command, .filter: return [.escape] + inView(text, state)
    case nil: return inView(text, state)
    }
  }

  private static func inView(_ text: String, _ state: State?) -> [Key] {
    if text.isEmpty { return [.enter] }
    if text.hasPrefix(":") || text.hasPrefix("/") { return typed(text) + [.enter] }
    if let key = Key(name: text) { return [key] }
    // Never keys: a word would do what each of its letters does.
    return typed(":\(text)") + [.enter]
  }

  private static func inForm(_ text: String) -> [Key] {
    switch text.lowercased() {
    case "save": [.enter]
    case "cancel": [.escape]
    case "look": [.control("O")]
    case "": [.tab]
    default: [.control("A"), .control("K")] + typed(text) + [.tab]
    }
  }

  private static func typed(_ text: String) -> [Key] { text.map { .character($0) } }
}
