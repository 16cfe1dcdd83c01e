import Documents

/// `dashboard`: how the screen looks and which keys do what. Names are checked by the dashboard, which knows them.
public struct DashboardConfiguration: Sendable {
  /// A word with its place in the file, for what can only be checked later.
  public struct Word: Sendable, Equatable {
    public let text: String
    public let line: Int?
  }

  /// A program that a key or a command of the dashboard runs with what is selected.
  public struct Command: Sendable, Equatable {
    public let name: Word
    public var keys: [Word] = []
    /// A program and its arguments; empty where `shell` is given.
    public var run: [Word] = []
    /// A text for a shell instead.
    public var shell: String?
    /// Views that have it.
    public var views: [Word] = []
    public var changes = false
    public var help: String?
  }

  public var theme: Word?
  /// Whether the mouse moves and opens.
  public var mouse = false
  /// Whether borders and signs are ASCII though the terminal could show others.
  public var ascii = false
  /// Installations, by folder or name, where every action that is asked about needs a typed yes.
  public var production: [String] = []
  /// Keys of operations, instead of those they have.
  public var keys: [(operation: Word, keys: [Word])] = []
  /// Programs of a person's own.
  public var commands: [Command] = []
  /// The file it was read from.
  public internal(set) var file = ""

  public init() {}

  mutating func read(_ section: DocumentNode) throws(DocumentError) {
    try section.each { key, value throws(DocumentError) in
      switch key {
      case "theme": theme = try value.word()
      case "mouse": mouse = try value.flag()
      case "ascii": ascii = try value.flag()
      case "production": production = try value.texts()
      case "keys":
        try value.each { operation, keys throws(DocumentError) in
          self.keys.append((Word(text: operation, line: keys.line), try keys.words()))
        }
      case "commands":
        try value.each { name, command throws(DocumentError) in
          commands.append(try Command(Word(text: name, line: command.line), command))
        }
      default: throw value.unknown(key, known: ["ascii", "commands", "keys", "mouse", "production", "theme"])
      }
    }
  }

  /// A mistake in what only the dashboard can check.
  public func mistake(_ word: Word, _ reason: String) -> ConfigurationError {
    ConfigurationError(file, line: word.line, reason)
  }
}

extension DashboardConfiguration.Command {
  fileprivate init(_ name: DashboardConfiguration.Word, _ section: DocumentNode) throws(DocumentError) {
    self.init(name: name)
    try section.each { key, value throws(DocumentError) in
      switch key {
      case "keys": keys = try value.words()
      case "run": run = try value.words()
      case "shell": shell = try value.text()
      case "views": views = try value.words()
      case "changes": changes = try value.flag()
      case "help": help = try value.text()
      default: throw value.unknown(key, known: ["changes", "help", "keys", "run", "shell", "views"])
      }
    }
  }
}

extension DocumentNode {
  fileprivate func word() throws(DocumentError) -> DashboardConfiguration.Word {
    DashboardConfiguration.Word(text: try text(), line: line)
  }

  /// A list of words, or one alone.
  fileprivate func words() throws(DocumentError) -> [DashboardConfiguration.Word] {
    var words: [DashboardConfiguration.Word] = []
    for place in try list() ?? [self] { words.append(try place.word()) }
    return words
  }
}
