import Support

/// A table while a document is read: what of it may still be added to.
final class TOMLTable {
  enum Kind {
    /// Made by the name of a table below it; its own header may follow.
    case implied
    /// By its header, or an item of a list of tables.
    case headed
    /// By a key with dots.
    case dotted
  }

  enum Item {
    case value(TOMLNode)
    case table(TOMLTable)
    /// By headers in two brackets; the last is the one that is added to.
    case tables([TOMLTable])
  }

  var kind: Kind
  let line: Int
  var items: [String: Item] = [:]

  init(_ kind: Kind, line: Int) {
    self.kind = kind
    self.line = line
  }

  var node: TOMLNode {
    TOMLNode(
      line: line,
      .table(
        items.mapValues { item in
          switch item {
          case .value(let node): node
          case .table(let table): table.node
          case .tables(let tables): TOMLNode(line: tables.first?.line ?? line, .list(tables.map(\.node)))
          }
        }))
  }

  /// The table below that a header goes through.
  func entering(_ key: String, line: Int) throws(DocumentError) -> TOMLTable {
    switch items[key] {
    case nil:
      let table = TOMLTable(.implied, line: line)
      items[key] = .table(table)
      return table
    case .table(let table): return table
    case .tables(let tables): if let last = tables.last { return last }
    case .value: break
    }
    throw DocumentError(line: line, "'\(key.shown)' is not a table that can be extended")
  }

  /// The table of a header.
  func heading(_ key: String, line: Int) throws(DocumentError) -> TOMLTable {
    switch items[key] {
    case nil:
      let table = TOMLTable(.headed, line: line)
      items[key] = .table(table)
      return table
    case .table(let table) where table.kind == .implied:
      table.kind = .headed
      return table
    default: throw twice(key, line)
    }
  }

  /// One more table of a list of tables.
  func adding(_ key: String, line: Int) throws(DocumentError) -> TOMLTable {
    let table = TOMLTable(.headed, line: line)
    switch items[key] {
    case nil: items[key] = .tables([table])
    case .tables(let tables): items[key] = .tables(tables + [table])
    default: throw twice(key, line)
    }
    return table
  }

  /// The table that a key with dots goes through.
  func dotting(_ key: String, line: Int) throws(DocumentError) -> TOMLTable {
    switch items[key] {
    case nil:
      let table = TOMLTable(.dotted, line: line)
      items[key] = .table(table)
      return table
    case .table(let table) where table.kind == .dotted: return table
    default: throw twice(key, line)
    }
  }

  func set(_ key: String, _ node: TOMLNode, line: Int) throws(DocumentError) {
    guard items[key] == nil else { throw twice(key, line) }
    items[key] = .value(node)
  }

  private func twice(_ key: String, _ line: Int) -> DocumentError {
    DocumentError(line: line, "the key '\(key.shown)' is there twice")
  }
}

extension String {
  /// For a message.
  fileprivate var shown: String { cleaned.shortened(to: 60) }
}
