import Terminal

/// Every key and command of every view.
struct KeyTable: Sendable {
  let bindings: [Binding]
  /// Places in `bindings`.
  private let byKey: [View: [Key: Int]]

  static let standard = KeyTable(Binding.standard)

  init(_ bindings: [Binding]) {
    self.bindings = bindings
    byKey = Dictionary(
      uniqueKeysWithValues: View.all.map { view in
        let pairs = bindings.indices.filter { bindings[$0].isBound(in: view) }.flatMap { place in
          bindings[place].keys.map { ($0, place) }
        }
        return (view, Dictionary(pairs, uniquingKeysWith: { first, _ in first }))
      })
  }

  /// The bindings of a view, in the table's order; without those that change something where that is not allowed.
  func bindings(of view: View, isReadOnly: Bool) -> [Binding] {
    bindings.filter { $0.isBound(in: view) && !(isReadOnly && $0.mutates) }
  }

  func binding(for key: Key, in view: View) -> Binding? {
    byKey[view]?[key].map { bindings[$0] }
  }

  /// The binding of a name, whatever views have it.
  func binding(named name: String) -> Binding? { bindings.first { $0.name == name } }

  /// The binding of an operation in a view; where the view lacks it, that of another view.
  func binding(of operation: Operation, in view: View) -> Binding? {
    let all = bindings.filter { $0.operation == operation }
    return all.first { $0.isBound(in: view) } ?? all.first
  }
}
