import Terminal

/// One line of the table that everything about keys and commands is made from: what they do, the help, the footer, the
/// palette, and what a read-only dashboard refuses.
struct Binding: Sendable {
  var keys: [Key]
  let operation: Operation
  /// For the footer; one or two words.
  let label: String
  /// For help and palette; what it does.
  let help: String
  let views: ViewSet
  /// Whether it changes anything outside of the screen.
  let mutates: Bool
  /// The views whose footer names it, the first ones first.
  let hints: ViewSet
  let argument: Argument

  /// What may follow the command's name.
  enum Argument: Sendable, Equatable {
    case none
    /// What it is, for the help, as in `COLUMN`.
    case optional(String)
    case required(String)

    var name: String? {
      switch self {
      case .none: nil
      case .optional(let name), .required(let name): name
      }
    }
  }

  init(
    _ keys: [Key], _ operation: Operation, _ label: String, _ help: String, in views: ViewSet = .all,
    mutates: Bool = false, hint hints: ViewSet = [], argument: Argument = .none
  ) {
    self.keys = keys
    self.operation = operation
    self.label = label
    self.help = help
    self.views = views
    self.mutates = mutates
    self.hints = hints
    self.argument = argument
  }
}
