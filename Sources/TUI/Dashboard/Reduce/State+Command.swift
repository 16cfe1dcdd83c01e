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
    let known = commandNames(beginningWith: line.name)
    // A whole name means itself; an abbreviation counts where it is one of one.
    guard let binding = keys.binding(named: line.name) ?? (known.count == 1 ? known[0] : nil) else {
      throw CommandError(
        known.isEmpty
          ? "there is no command \(line.name); Tab or ? lists those there are"
          : "\(line.name) could be \(known.map(\.name).joined(separator: ", "))")
    }
    guard binding.isBound(in: place.view) else {
      throw CommandError("\(binding.name) does nothing in the view \(place.view.title)")
    }
    if binding.mutates && context.isReadOnly { throw .readOnly(binding) }
    if binding.mutates && openings.shown == nil { throw .notOpen(context.name) }
    switch binding.argument {
    case .none where !line.argument.isEmpty: throw CommandError("\(binding.name) takes nothing after it")
    case .required(let name) where line.argument.isEmpty: throw CommandError("\(binding.name) needs \(name)")
    default: return binding
    }
  }

  private func commandNames(beginningWith text: String) -> [Binding] {
    keys.bindings(of: place.view, isReadOnly: context.isReadOnly)
      .filter { $0.name.hasPrefix(text) }.sorted { $0.name < $1.name }
  }

  /// What could stand in the command line instead of what was typed so far, with what it does.
  func candidates(for text: String) -> [(text: String, help: String)] {
    let line = CommandEntry(field: TextField(text))
    guard text.contains(" "), let operation = keys.binding(named: line.name)?.operation else {
      return commandNames(beginningWith: text).map { ($0.name, $0.help) }
    }
    return words(for: operation).filter { $0.hasPrefix(line.argument) }.map { ("\(line.name) \($0)", "") }
  }

  /// What may follow a command, as far as it is one of a few words.
  private func words(for operation: Operation) -> [String] {
    switch operation {
    case .sort: list?.sortTitles ?? []
    case .timer: Self.timerWords
    case .theme: Theme.all.map(\.name)
    case .use: context.others
    case .group: (list?.groupingNames ?? []) + ["none"]
    case .filter: list.map { list in list.fields.keys.sorted().map { "\($0):" } } ?? []
    default: []
    }
  }

  /// Groups by a way, or by the next one where none is named.
  mutating func groupBy(_ argument: String?) throws(CommandError) {
    guard let list else { return }
    let names = list.groupingNames
    if let argument, argument != "none", !names.contains(argument) {
      throw CommandError("there is no grouping \(argument); there are \((names + ["none"]).joined(separator: ", "))")
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
        "no column begins with \(column); there are \((list?.sortTitles ?? []).joined(separator: ", "))")
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
