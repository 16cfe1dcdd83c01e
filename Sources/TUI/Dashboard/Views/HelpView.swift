import MirrorCore
import Support
import Terminal

extension View {
  /// The keys of the view that one came from, commands, filters and states.
  static let help = View("Help", .text { state, _, width, _ in state.helpText(width) })
}

extension Place {
  static let help = Place(.help)
}

extension State {
  /// Made from the table that binds the keys.
  fileprivate func helpText(_ width: Int) -> [Line] {
    var page = TextPage(width: width)
    let from = trail.dropLast().last?.view ?? View.mirrors
    page.heading("Keys of the view \(from.title)")
    let bindings = keys.bindings(of: from, isReadOnly: context.isReadOnly)
    for binding in bindings where !binding.keys.isEmpty {
      page.field(binding.keys.map(\.description).joined(separator: " "), binding.help, labels: 15)
    }
    page.gap()
    page.heading("Commands of the view, after :")
    for binding in bindings {
      let name = [binding.name, binding.argument.name].compactMap(\.self).joined(separator: " ")
      page.field(name, binding.help, labels: 26)
    }
    let sorting = self[from]?.sortKeys ?? []
    if !sorting.isEmpty {
      page.gap()
      page.heading("Sort by a column; the same key again reverses it")
      for (key, title) in sorting where keys.binding(for: .character(key), in: from) == nil {
        page.field(String(key), title.lowercased(), labels: 15)
      }
    }
    page.gap()
    page.heading("Filters")
    for (example, meaning) in Self.filterHelp { page.field(example, meaning, labels: 24) }
    page.gap()
    page.heading("States")
    for state in DestinationState.allCases {
      page.spans([
        Span(state.rawValue + String(repeating: " ", count: 16 - state.rawValue.count), state.role),
        Span(state.meaning),
      ])
    }
    return page.lines
  }
}

extension State {
  private static let filterHelp = [
    ("word other", "rows that contain both words"),
    ("!word", "rows that do not contain it; ! negates any of these"),
    ("/^docker.*:[0-9]+$/", "rows with a line that matches the regular expression"),
    ("state:drifted,missing", "rows in one of these states; the start of a word is enough"),
    ("registry:docker.io", "rows that copy from or to it; any part of its name is enough"),
    ("age:>1h  age:<5m", "in their state for more, or for less; checked: works alike"),
    ("in jobs and activity", "state: origin: registry: age:"),
    ("in history and runs", "kind: result: age:"),
    ("in problems", "state: registry: age:"),
  ]
}
