import Support
import Yams

/// A place in a YAML document, or a JSON one, that knows its line, so that every mistake can be named with it.
///
/// Aliases and merge keys (`<<`) count as what they stand for.
public struct DocumentNode {
  /// nil for an empty document.
  let node: Node?
  /// Of the key that leads here, where one does; an alias stands for a value on another line.
  public let keyLine: Int?

  /// - Throws: `DocumentError` with the line where the text stops being YAML, a key is no word, or where aliases stand
  ///   for more than a million values.
  public init(yaml: String) throws(DocumentError) {
    try DocumentBounds.check(yaml)
    do {
      node = try Yams.compose(yaml: yaml)
    } catch {
      throw DocumentError(error)
    }
    keyLine = nil
  }

  /// The documents of a stream, separated by `---`, without those in which there is nothing.
  ///
  /// - Throws: as for one.
  public static func stream(yaml: String) throws(DocumentError) -> [DocumentNode] {
    try DocumentBounds.check(yaml)
    do {
      var sequence = try Yams.compose_all(yaml: yaml)
      var documents: [DocumentNode] = []
      while let node = sequence.next() { documents.append(DocumentNode(node)) }
      if let error = sequence.error { throw error }
      return documents.filter { !$0.isEmpty }
    } catch {
      throw DocumentError(error)
    }
  }

  init(_ node: Node, keyLine: Int? = nil) {
    self.node = node
    self.keyLine = keyLine
  }

  /// Counted from 1; nil for an empty document.
  public var line: Int? { node?.mark?.line ?? keyLine }

  public func mistake(_ reason: String) -> DocumentError {
    DocumentError(line: line, reason)
  }

  /// The mistake of a key that nobody knows.
  public func unknown(_ key: String, known: [String]) -> DocumentError {
    DocumentError(
      line: keyLine ?? line,
      "unknown key '\(key.cleaned.shortened(to: 60))'; known keys: \(known.joined(separator: ", "))")
  }

  /// Whether nothing stands here, as after a key alone.
  public var isEmpty: Bool {
    guard let node else { return true }
    return node.null != nil
  }

  /// Calls `body` with every key of a mapping; where nothing stands there is none.
  public func each(_ body: (String, DocumentNode) throws(DocumentError) -> Void) throws(DocumentError) {
    for (name, value) in try pairs() { try body(name, value) }
  }

  /// The keys of a mapping with what stands there, in their order; where nothing stands there is none.
  public func pairs() throws(DocumentError) -> [(key: String, value: DocumentNode)] {
    if isEmpty { return [] }
    guard let mapping = node?.mapping else { throw mistake("keys and values are expected here") }
    var pairs: [(key: String, value: DocumentNode)] = []
    var merged: [DocumentNode] = []
    for (key, value) in mapping {
      guard let name = key.string else { throw mistake("a key must be a word") }
      let place = DocumentNode(value, keyLine: key.mark?.line)
      if name == "<<" { merged += try place.list() ?? [place] } else { pairs.append((name, place)) }
    }
    if merged.isEmpty { return pairs }
    // What stands here itself goes before what is merged, and earlier merges before later ones.
    var names = Set(pairs.map(\.key))
    for place in merged {
      for pair in try place.pairs() where names.insert(pair.key).inserted { pairs.append(pair) }
    }
    return pairs
  }

  /// What stands in a list; where nothing stands there is none.
  public func items() throws(DocumentError) -> [DocumentNode] {
    if isEmpty { return [] }
    guard let list = try list() else { throw mistake("a list is expected here") }
    return list
  }

  /// nil where no list stands.
  public func list() throws(DocumentError) -> [DocumentNode]? {
    node?.sequence?.map { DocumentNode($0) }
  }
}
