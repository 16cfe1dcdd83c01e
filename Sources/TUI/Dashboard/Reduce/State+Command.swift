import Terminal

extension State {
  /// Commands that the history keeps.
  static let mostCommands = 100

  mutating func pressInCommand(_ key: Key, _ line: CommandEntry, _ arrival: Arrival) -> [Effect] {
    var line = line
    switch key {
    case .escape:
      input = nil
      return []
    case .backspace where line.text.isEmpty:
      input = nil
      return []
    case .enter:
      return run(line, arrival)
    case .tab: line.complete(candidates(for: line.asked).map(\.text), step: 1)
    case .backtab: line.complete(candidates(for: line.asked).map(\.text), step: -1)
    case .up: line.recall(1, of: commands)
    case .down: line.recall(-1, of: commands)
    default: if !line.handle(key) { return [] }
    }
    input = .command(line)
    return []
  }

  /// Does what the line says, or shows beside it why not.
  private mutating func run(_ line: CommandEntry, _ arrival: Arrival) -> [Effect] {
    var line = line
    if line.name.isEmpty {
      input = nil
      return []
    }
    do throws(CommandError) {
      let binding = try binding(for: line)
      if binding.needsFingers && arrival.isBurst {
        refusesBurst = true
        throw CommandError.burst("Enter")
      }
      commands = commands.remembering(line.text)
      input = nil
      return try perform(binding, line.argument.isEmpty ? nil : line.argument)
    } catch {
      line.error = error.description
      input = .command(line)
      return []
    }
  }

  private func binding(for line: CommandEntry) throws(CommandError) -> Binding {
    let begin = commandNames(with: line.name).filter { $0.name.hasPrefix(line.name) }
    // A whole name means itself; an abbreviation counts where it is one of one. Any other part of a name counts where
    // none begins so, but for what changes something.
    let known = begin.isEmpty ? commandNames(with: line.name).filter { !$0.mutates } : begin
    guard let binding = keys.binding(named: line.name) ?? (known.count == 1 ? known[0] : nil) else {
      throw CommandError(
        known.isEmpty
          ? "unknown command \(line.name); Tab or ? lists the commands"
          : "\(line.name) is ambiguous: \(known.map(\.name).joined(separator: ", "))")
    }
    guard binding.isBound(in: place.view) else {
      throw CommandError("\(binding.name) is not available in the view \(place.view.title)")
    }
    if binding.mutates && context.isReadOnly { throw .readOnly(binding) }
    if binding.mutates && openings.shown == nil { throw .notOpen(context.name) }
    switch binding.argument {
    case .none where !line.argument.isEmpty: throw CommandError("\(binding.name) takes no argument")
    case .required(let name) where line.argument.isEmpty: throw CommandError("\(binding.name) needs \(name)")
    default: return binding
    }
  }

  /// Those that have the text in their names: what begins so comes first.
  private func commandNames(with text: String) -> [Binding] {
    let all = keys.bindings(of: place.view, isReadOnly: context.isReadOnly)
      .filter { text.isEmpty || $0.name.contains(text) }.sorted { $0.name < $1.name }
    return all.filter { $0.name.hasPrefix(text) } + all.filter { !$0.name.hasPrefix(text) }
  }

  /// What could stand in the command line instead of what was typed so far, with what it does.
  func candidates(for text: String) -> [(text: String, help: String)] {
    let line = CommandEntry(field: TextField(text))
    guard text.contains(" "), let operation = keys.binding(named: line.name)?.operation else {
      return commandNames(with: text).map { ($0.name, $0.help) }
    }
    let words =
      switch operation {
      case .open: names(with: line.argument)
      case .filter: filters(beginning: line.argument, list?.fields ?? [:])
      case .show: keys.binding(named: line.name)?.view.map { filters(beginning: line.argument, in: $0) } ?? []
      default: words(for: operation).filter { $0.hasPrefix(line.argument) }
      }
    return words.map { ("\(line.name) \($0)", "") }
  }

  /// Mirrors, jobs and registries whose name has the text, as many as a person looks through.
  private func names(with text: String) -> [String] {
    let text = Array(text.lowercased().utf8)
    func some(_ ids: some Sequence<String>) -> [String] {
      Array(ids.lazy.filter { text.isEmpty || $0.utf8.contains(text) }.prefix(50))
    }
    return some(mirrors.rows.lazy.map(\.id)) + some(registries.rows.lazy.map(\.id)) + some(jobs.rows.lazy.map(\.id))
  }

  private func filters(beginning text: String, in view: View) -> [String] {
    guard let fields = self[view]?.fields else { return [] }
    let typed = text.hasPrefix("/") ? String(text.dropFirst()) : text
    return filters(beginning: typed, fields).map { "/\($0)" }
  }

  /// What may stand for the last word of a filter: a field, or one of the words that a field knows.
  private func filters(beginning text: String, _ fields: [String: FilterField]) -> [String] {
    let last = text.split(separator: " ", omittingEmptySubsequences: false).last ?? ""
    let before = text.dropLast(last.count)
    let parts = last.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      return fields.keys.sorted().filter { $0.hasPrefix(last) }.map { "\(before)\($0):" }
    }
    let values =
      switch fields[String(parts[0])] {
      case .words(let words): words
      case .text where parts[0] == "registry": registries.rows.map(\.id)
      case .text, .age, nil: [String]()
      }
    return values.filter { $0.hasPrefix(parts[1]) }.map { "\(before)\(parts[0]):\($0)" }
  }

  /// What may follow a command, as far as it is one of a few words.
  private func words(for operation: Operation) -> [String] {
    switch operation {
    case .sort: list?.sortTitles ?? []
    case .timer: Self.timerWords
    case .theme: Theme.all.map(\.name)
    case .pane: Pane.Wish.allCases.map(\.rawValue)
    case .use: context.others
    case .group: (list?.groupingNames ?? []) + ["none"]
    case .browse: Self.browseWords
    default: []
    }
  }

  /// Groups by a way, or by the next one where none is named.
  mutating func groupBy(_ argument: String?) throws(CommandError) {
    guard let list else { return }
    let names = list.groupingNames
    if let argument, argument != "none", !names.contains(argument) {
      throw CommandError("unknown grouping \(argument); groupings: \((names + ["none"]).joined(separator: ", "))")
    }
    let next = list.groupingName.map { names.firstIndex(of: $0).map { $0 + 1 } ?? 0 } ?? 0
    let name = argument ?? (next < names.count ? names[next] : nil)
    changeList { $0.group(by: name) }
  }

  mutating func sortBy(_ argument: String?) throws(CommandError) {
    let words = (argument ?? "").split(separator: " ").map { $0.lowercased() }
    let ways = ["up": false, "down": true]
    guard let column = words.first, words.count <= 2, words.count < 2 || ways[words[1]] != nil else {
      throw CommandError("sort takes a column, and up or down")
    }
    guard list?.sort(by: column, isDescending: words.count > 1 ? ways[words[1]] : nil) ?? false else {
      throw CommandError(
        "no column begins with \(column); columns: \((list?.sortTitles ?? []).joined(separator: ", "))")
    }
    scrollLists()
  }
}

extension [String] {
  /// With a text at its end, where it stands only once, and no more than are kept.
  func remembering(_ text: String) -> [String] {
    text.isEmpty ? self : Array((filter { $0 != text } + [text]).suffix(State.mostCommands))
  }
}

/// Why a command was not done, as a sentence.
struct CommandError: Error, Sendable, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }

  static func notOpen(_ name: String) -> CommandError { CommandError("\(name) is not open yet") }

  static func readOnly(_ binding: Binding) -> CommandError {
    CommandError("this dashboard is read-only: start it without --read-only to \(binding.label)")
  }
}
