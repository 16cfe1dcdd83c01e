/// The list that a view shows, whatever its rows are.
struct ListContent: Sendable {
  let list: @Sendable (State) -> any Listing
  let replace: @Sendable (inout State, any Listing) -> Void
  /// Makes its rows anew, where they are made of what else is known.
  let derive: @Sendable (inout State) -> Void
  let draw: @Sendable (State, inout Canvas, Layout) -> Void
}

extension View.Content {
  /// - Parameters:
  ///   - path: where the state keeps it.
  ///   - empty: what stands in its place while it has no rows, line by line.
  static func list<Row>(
    _ path: any WritableKeyPath<State, RowList<Row>> & Sendable, empty: @escaping @Sendable (State) -> [String]
  ) -> View.Content {
    list(path, derive: { _ in }, empty: empty)
  }

  /// - Parameter rows: what its rows are, as far as what they are made of is known.
  static func list<Row: Equatable>(
    _ path: any WritableKeyPath<State, RowList<Row>> & Sendable, of rows: @escaping @Sendable (State) -> [Row],
    empty: @escaping @Sendable (State) -> [String]
  ) -> View.Content {
    let derive: @Sendable (inout State) -> Void = { state in
      let new = rows(state)
      if new != state[keyPath: path].rows { state[keyPath: path].replace(new) }
    }
    return list(path, derive: derive, empty: empty)
  }

  /// - Parameter derive: brings the rows up to date with what else is known.
  static func list<Row>(
    _ path: any WritableKeyPath<State, RowList<Row>> & Sendable, derive: @escaping @Sendable (inout State) -> Void,
    empty: @escaping @Sendable (State) -> [String]
  ) -> View.Content {
    .list(
      ListContent(
        list: { $0[keyPath: path] },
        replace: { state, list in if let list = list as? RowList<Row> { state[keyPath: path] = list } },
        derive: derive,
        draw: { state, canvas, layout in
          state.draw(state[keyPath: path], &canvas, layout, empty: empty(state))
        }))
  }
}

extension State {
  /// The list that the view shows; nil in views that are no lists.
  var list: (any Listing)? {
    get { self[place.view] }
    set { self[place.view] = newValue }
  }

  /// The list of a view.
  subscript(view: View) -> (any Listing)? {
    get { view.list?.list(self) }
    set { if let newValue { view.list?.replace(&self, newValue) } }
  }

  /// Makes the rows anew that are made of what else is known.
  mutating func deriveLists() {
    for view in View.all { view.list?.derive(&self) }
    scrollLists()
  }
}
