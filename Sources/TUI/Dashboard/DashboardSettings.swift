import Installation
import Support
import Terminal

/// What the configuration says of the dashboard, with every name known.
struct DashboardSettings: Sendable {
  var theme = Theme.terminal
  var keys = KeyTable.standard
  var mouse = false
  var hasASCIIBorders = false
  /// Installations where a yes must be typed, by their names.
  var production: Set<String> = []

  init() {}

  /// - Throws: `ConfigurationError` naming the line of a theme, an operation or a key that there is not, or of a key
  ///   that would do two things.
  init(_ configuration: DashboardConfiguration) throws(ConfigurationError) {
    mouse = configuration.mouse
    hasASCIIBorders = configuration.ascii
    production = Set(configuration.production)
    if let word = configuration.theme {
      guard let theme = Theme.all.first(where: { $0.name == word.text }) else {
        let names = Theme.all.map(\.name).joined(separator: ", ")
        throw configuration.mistake(
          word, "unknown theme '\(word.text.cleaned.shortened(to: 60))'; themes: \(names)")
      }
      self.theme = theme
    }
    keys = try Self.keys(configuration)
  }

  private static func keys(_ configuration: DashboardConfiguration) throws(ConfigurationError) -> KeyTable {
    var bindings = Binding.standard
    var words: [String: DashboardConfiguration.Word] = [:]
    for command in configuration.commands {
      if bindings.contains(where: { $0.name == command.name.text }) {
        throw configuration.mistake(
          command.name,
          "the name '\(command.name.text)' is already taken by an operation: choose another name for the command")
      }
      bindings.append(Binding(try OwnCommand(command, configuration), keys: try keys(command.keys, configuration)))
      words[command.name.text] = command.name
    }
    for (word, names) in configuration.keys {
      guard bindings.contains(where: { $0.name == word.text }) else {
        throw configuration.mistake(
          word,
          "unknown operation '\(word.text.cleaned.shortened(to: 60))'; \(Self.operations(like: word.text))")
      }
      let keys = try keys(names, configuration)
      words[word.text] = word
      for index in bindings.indices where bindings[index].name == word.text { bindings[index].keys = keys }
    }
    try check(bindings, words, configuration)
    return KeyTable(bindings)
  }

  private static func keys(
    _ names: [DashboardConfiguration.Word], _ configuration: DashboardConfiguration
  ) throws(ConfigurationError) -> [Key] {
    var keys: [Key] = []
    for name in names {
      guard let key = Key(name: name.text) else {
        throw configuration.mistake(
          name,
          "'\(name.text.cleaned.shortened(to: 60))' is not a key; use for example m, ^D, Alt-x, F5, PgDn or Space")
      }
      keys.append(key)
    }
    return keys
  }

  /// The one that was meant, or all there are.
  private static func operations(like word: String) -> String {
    let names = Set(Binding.standard.map(\.name)).sorted()
    return word.nearest(in: names).map { "did you mean '\($0)'?" } ?? "operations: \(names.joined(separator: ", "))"
  }

  /// No key does two things in one view.
  private static func check(
    _ bindings: [Binding], _ words: [String: DashboardConfiguration.Word], _ configuration: DashboardConfiguration
  ) throws(ConfigurationError) {
    for view in View.all {
      var taken: [Key: String] = [:]
      for binding in bindings where binding.isBound(in: view) {
        for key in binding.keys {
          guard let other = taken.updateValue(binding.name, forKey: key), other != binding.name,
            let word = words[binding.name] ?? words[other]
          else { continue }
          throw configuration.mistake(
            word,
            "the key \(key) is bound to both \(other) and \(binding.name) in the view \(view.title)"
          )
        }
      }
    }
  }
}

extension OwnCommand {
  /// - Throws: `ConfigurationError` naming the line of what cannot be.
  fileprivate init(
    _ command: DashboardConfiguration.Command, _ configuration: DashboardConfiguration
  ) throws(ConfigurationError) {
    name = command.name.text
    guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }) else {
      throw configuration.mistake(
        command.name, "'\(name.cleaned.shortened(to: 60))' cannot be typed as a command: use letters, numbers and -")
    }
    guard command.run.isEmpty == (command.shell != nil) else {
      throw configuration.mistake(
        command.name, "the command \(name) needs either run (a program and its arguments) or shell (a script)")
    }
    for word in command.run {
      _ = try OwnCommand.expand(word.text) { variable throws(ConfigurationError) in
        if OwnCommand.Variable(rawValue: variable) != nil { return "" }
        let names = OwnCommand.Variable.allCases.map { "$\($0.rawValue)" }.joined(separator: ", ")
        throw configuration.mistake(
          word,
          "unknown variable $\(variable.cleaned.shortened(to: 60)); variables: \(names), and $$ for a dollar sign")
      }
    }
    for view in command.views where !View.all.contains(where: { $0.id == view.text }) {
      let names = View.all.map(\.id).joined(separator: ", ")
      throw configuration.mistake(view, "unknown view '\(view.text.cleaned.shortened(to: 60))'; views: \(names)")
    }
    program = command.shell.map(OwnCommand.Program.shell) ?? .run(command.run.map(\.text))
    views = Set(command.views.map(\.text))
    changes = command.changes
    help =
      command.help?.cleaned.shortened(to: 72)
      ?? "run \(command.run.first?.text.cleaned.shortened(to: 40) ?? "a script")"
  }
}
