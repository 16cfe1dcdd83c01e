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
  let scope: Scope
  /// Whether it changes anything outside of the screen.
  let mutates: Bool
  /// Whether the footer of every view that has it names it.
  let isHinted: Bool
  let argument: Argument
  /// Where `show` leads.
  let view: View?
  /// What `own` runs.
  let own: OwnCommand?

  /// Which views have it, beside those that name its operation.
  enum Scope: Sendable {
    case named
    /// Every view that is a list.
    case lists
    case everywhere
  }

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
    _ keys: [Key], _ operation: Operation, _ label: String, _ help: String, in scope: Scope = .named,
    mutates: Bool = false, isHinted: Bool = false, argument: Argument = .none
  ) {
    (self.keys, self.operation, self.label, self.help) = (keys, operation, label, help)
    (self.scope, self.mutates, self.isHinted, self.argument) = (scope, mutates, isHinted, argument)
    (view, own) = (nil, nil)
  }

  /// What leads to a view from everywhere.
  init(_ view: View, _ tab: View.Tab) {
    (keys, operation, label, help) = ([.character(tab.key)], .show, view.id, tab.help)
    (scope, mutates, isHinted) = (.everywhere, false, false)
    argument = view.list == nil ? .none : .optional("/FILTER")
    (self.view, own) = (view, nil)
  }

  /// What runs a person's own command.
  init(_ own: OwnCommand, keys: [Key]) {
    (self.keys, operation, label, help) = (keys, .own, own.name, own.help)
    (scope, mutates, isHinted, argument) = (.named, own.changes, false, .none)
    (view, self.own) = (nil, own)
  }

  /// As a command and the configuration say it.
  var name: String { own?.name ?? view?.id ?? operation.rawValue }

  func isBound(in view: View) -> Bool {
    if let own { return own.views.isEmpty ? view.isAboutSomething : own.views.contains(view.id) }
    return scope == .everywhere || scope == .lists && view.list != nil || view.operations.contains(operation)
  }

  /// Whether the view's footer names it.
  func isHinted(in view: View) -> Bool { isHinted || view.hints.contains(operation) }
}

extension View {
  /// Whether something can be selected in it, or it is the detail of something.
  fileprivate var isAboutSomething: Bool { list != nil || operations.contains(.copy) && self != .output }
}
