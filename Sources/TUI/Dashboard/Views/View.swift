/// One view of the dashboard as a value: what it is called, what it shows, what can be done in it, and what has to be
/// read for it. Each has a file of its own in this folder; `all` is the table of them.
///
/// The text that closures take is the id of what a detail is about, and empty in other views.
struct View: Sendable {
  /// As the screen says it. No two have the same.
  let title: String
  let content: Content
  /// What leads to it from everywhere; nil for a view that one only comes to from another.
  let tab: Tab?
  /// What can be done in it, beside what goes everywhere and what goes in every list.
  let operations: Set<Operation>
  /// Those of them that its footer names, where not every footer does.
  let hints: Set<Operation>
  /// What has to be read for it while it is on the screen.
  let watch: @Sendable (State, String) -> Watch
  /// What it is about where that is no row under a cursor.
  let subject: @Sendable (State, String) -> Subject
  /// What stands for it where one came through others to it.
  let name: @Sendable (State, String) -> String
  /// How many things in it need a person: told beside its title, wherever one is.
  let alarms: @Sendable (State) -> Int
  /// The header's counts, and what stands at their right.
  let counts: @Sendable (State, inout Brush) -> [Span]
  let jobs: @Sendable (State) -> [Span]
  /// What stands above its rows where there is room.
  let head: Head?
  /// What stands for it beside a list whose selected row leads to it; nil for what leads nowhere.
  let preview: (@Sendable (State, String, Int, inout Brush) -> [Line])?
  /// What the linear dashboard says above the row: its title, with the number of rows, and what else there is to know.
  let spoken: @Sendable (State, String) -> [String]

  struct Tab: Sendable {
    let key: Character
    /// What one sees there, for the help.
    let help: String

    init(_ key: Character, _ help: String) {
      self.key = key
      self.help = help
    }
  }

  struct Head: Sendable {
    /// Lines of it.
    let height: Int
    let lines: @Sendable (State, inout Brush) -> [[Span]]
  }

  enum Content: Sendable {
    /// Rows with a cursor.
    case list(ListContent)
    /// A text that scrolls, for a width.
    case text(@Sendable (State, String, Int, inout Brush) -> [Line])
    /// A log, which scrolls by itself.
    case log(@Sendable (State, String, inout Canvas, Layout) -> Void)
  }

  init(
    _ title: String, _ content: Content, tab: Tab? = nil, operations: Set<Operation> = [], hints: Set<Operation> = [],
    watch: @escaping @Sendable (State, String) -> Watch = { _, _ in Watch() },
    subject: @escaping @Sendable (State, String) -> Subject = { _, _ in Subject() },
    name: (@Sendable (State, String) -> String)? = nil, alarms: @escaping @Sendable (State) -> Int = { _ in 0 },
    counts: @escaping @Sendable (State, inout Brush) -> [Span] = { state, _ in state.countsOfDestinations },
    jobs: @escaping @Sendable (State) -> [Span] = { $0.jobsUnderWay }, head: Head? = nil,
    preview: (@Sendable (State, String, Int, inout Brush) -> [Line])? = nil,
    spoken: @escaping @Sendable (State, String) -> [String] = { [$1] }
  ) {
    if let preview {
      self.preview = preview
    } else if case .text(let text) = content {
      self.preview = text
    } else {
      self.preview = nil
    }
    (self.title, self.content, self.tab) = (title, content, tab)
    (self.operations, self.hints) = (operations, hints)
    (self.watch, self.subject) = (watch, subject)
    self.name = name ?? { _, _ in title }
    (self.alarms, self.counts, self.jobs, self.head, self.spoken) = (alarms, counts, jobs, head, spoken)
  }

  /// What a command, the configuration and the memory of a dashboard call it.
  var id: String { title.lowercased() }

  var list: ListContent? { if case .list(let list) = content { list } else { nil } }

  /// The views that a key of their own leads to, and Tab in this order.
  static let tabs = all.filter { $0.tab != nil }
}

extension View: Hashable {
  static func == (one: View, other: View) -> Bool { one.title == other.title }
  func hash(into hasher: inout Hasher) { hasher.combine(title) }
}

extension View: CustomStringConvertible {
  var description: String { id }
}
