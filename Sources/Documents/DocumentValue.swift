import Yams

/// A value to be written as YAML, keys in their order.
public indirect enum DocumentValue: Sendable {
  /// A text that nothing can be read into, whatever it is: quoted.
  case text(String)
  /// A word as it is, where YAML can have it so: a key, a number, true or false.
  case word(String)
  case list([DocumentValue])
  case mapping([(key: DocumentValue, value: DocumentValue)])

  /// As a document of its own.
  ///
  /// - Throws: `DocumentError` where the library cannot write it, for want of memory.
  public func yaml() throws(DocumentError) -> String {
    do {
      // A text is never folded, and other letters than ASCII's stay.
      return try serialize(node: node, indent: 2, width: -1, allowUnicode: true)
    } catch {
      throw DocumentError(line: nil, "it cannot be written as YAML: \(error)")
    }
  }

  private var node: Node {
    switch self {
    case .text(let text): .scalar(Node.Scalar(text, Tag(.str), .singleQuoted))
    case .word(let word): .scalar(Node.Scalar(word, Tag(.str), .plain))
    case .list(let values): .sequence(Node.Sequence(values.map(\.node), Tag(.seq), .block))
    case .mapping(let pairs):
      .mapping(Node.Mapping(pairs.map { ($0.key.node, $0.value.node) }, Tag(.map), .block))
    }
  }
}
