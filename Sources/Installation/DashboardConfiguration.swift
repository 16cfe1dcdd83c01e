/// `dashboard`: how the screen looks and which keys do what. Names are checked by the dashboard, which knows them.
public struct DashboardConfiguration: Sendable {
  /// A word with its place in the file, for what can only be checked later.
  public struct Word: Sendable, Equatable {
    public let text: String
    public let line: Int?
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
  /// The file it was read from.
  public private(set) var file = ""

  public init() {}

  /// - Throws: `ConfigurationError` naming line, key and what would be right.
  init(_ section: ConfigurationReader) throws(ConfigurationError) {
    file = section.file
    try section.each { key, value throws(ConfigurationError) in
      switch key {
      case "theme": theme = try value.word()
      case "mouse": mouse = try value.flag()
      case "ascii": ascii = try value.flag()
      case "production": production = try value.texts()
      case "keys":
        try value.each { operation, keys throws(ConfigurationError) in
          self.keys.append((Word(text: operation, line: keys.line), try keys.words()))
        }
      default: throw value.unknown(key, known: ["ascii", "keys", "mouse", "production", "theme"])
      }
    }
  }

  /// A mistake in what only the dashboard can check.
  public func mistake(_ word: Word, _ reason: String) -> ConfigurationError {
    ConfigurationError(file, line: word.line, reason)
  }
}
