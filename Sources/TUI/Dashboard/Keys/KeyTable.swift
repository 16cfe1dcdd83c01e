import Terminal

/// Every key and command of every view.
struct KeyTable: Sendable {
  let bindings: [Binding]
  /// Places in `bindings`.
  private let byKey: [ViewKind: [Key: Int]]

  static let standard = KeyTable(Binding.standard)

  init(_ bindings: [Binding]) {
    self.bindings = bindings
    byKey = Dictionary(
      uniqueKeysWithValues: ViewKind.allCases.map { view in
        let pairs = bindings.indices.filter { bindings[$0].views.contains(view.set) }.flatMap { place in
          bindings[place].keys.map { ($0, place) }
        }
        return (view, Dictionary(pairs, uniquingKeysWith: { first, _ in first }))
      })
  }

  /// The bindings of a view, in the table's order; without those that change something where that is not allowed.
  func bindings(of view: ViewKind, isReadOnly: Bool) -> [Binding] {
    bindings.filter { $0.views.contains(view.set) && !(isReadOnly && $0.mutates) }
  }

  func binding(for key: Key, in view: ViewKind) -> Binding? {
    byKey[view]?[key].map { bindings[$0] }
  }

  /// The binding of an operation in a view; where the view lacks it, that of another view.
  func binding(of operation: Operation, in view: ViewKind) -> Binding? {
    let all = bindings.filter { $0.operation == operation }
    return all.first { $0.views.contains(view.set) } ?? all.first
  }
}
