import CYaml

/// What keeps the cost of reading a YAML text in proportion to its length.
///
/// Yams hashes every key and resolves every alias while it composes: keys that are collections, and aliases of aliases,
/// would cost it time without end. So both are looked for among the parser's events, of which there are no more than
/// characters. Yams has no interface to them: they are asked of the library inside it.
struct DocumentBounds {
  /// Lists and mappings within one another, those that aliases stand for among them: what reads and composes them calls
  /// itself for each.
  static let deepest = 64
  /// Values of a document, some hundreds of bytes of memory each: what 100,000 rows need.
  static let most = 2_000_000
  /// Values for which all aliases together may stand: enough for defaults that 10,000 rows share.
  static let aliased = 1_000_000

  private struct Collection {
    let anchor: String?
    let isMapping: Bool
    var children = 0
    /// With whatever its aliases stand for.
    var size = 1
    /// Lists and mappings within one another in it, and itself.
    var height = 1

    var expectsKey: Bool { isMapping && children.isMultiple(of: 2) }
  }

  private var open: [Collection] = []
  /// Of what anchors name.
  private var named: [String: (size: Int, height: Int)] = [:]
  private var aliased = 0
  private var count = 0
  private let most: Int

  private init(most: Int) {
    self.most = most
  }

  /// - Throws: `DocumentError` with the line. What is no YAML passes: composing it tells what is wrong.
  static func check(_ yaml: String, most: Int = most) throws(DocumentError) {
    var bounds = DocumentBounds(most: most)
    var text = yaml
    let mistake = text.withUTF8 { text -> DocumentError? in
      var parser = yaml_parser_t()
      guard yaml_parser_initialize(&parser) == 1 else { return nil }
      defer { yaml_parser_delete(&parser) }
      yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
      yaml_parser_set_input_string(&parser, text.baseAddress, text.count)
      while true {
        var event = yaml_event_t()
        guard yaml_parser_parse(&parser, &event) == 1, event.type != YAML_STREAM_END_EVENT else { return nil }
        defer { yaml_event_delete(&event) }
        if let reason = bounds.take(event) { return DocumentError(line: event.start_mark.line + 1, reason) }
      }
    }
    if let mistake { throw mistake }
  }

  /// What is wrong with the event, if anything is.
  private mutating func take(_ event: yaml_event_t) -> String? {
    count += 1
    // A list and a mapping have two.
    if count > 2 * most { return "there are more than \(most) values up to here; split it into several files" }
    switch event.type {
    case YAML_SCALAR_EVENT: add(1, height: 0, name: Self.name(event.data.scalar.anchor))
    case YAML_ALIAS_EVENT:
      if open.last?.expectsKey == true { return "a key must be a word, not an alias" }
      let (size, height) = Self.name(event.data.alias.anchor).flatMap { named[$0] } ?? (1, 0)
      aliased += size
      if aliased > Self.aliased {
        return "the aliases up to here stand for more than a million values; write fewer of them"
      }
      if open.count + height > Self.deepest { return Self.tooDeep }
      add(size, height: height, name: nil)
    case YAML_MAPPING_START_EVENT, YAML_SEQUENCE_START_EVENT:
      if open.last?.expectsKey == true { return "a key must be a word" }
      let isMapping = event.type == YAML_MAPPING_START_EVENT
      let anchor = isMapping ? event.data.mapping_start.anchor : event.data.sequence_start.anchor
      if open.count == Self.deepest { return Self.tooDeep }
      open.append(Collection(anchor: Self.name(anchor), isMapping: isMapping))
    case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT:
      if let collection = open.popLast() { add(collection.size, height: collection.height, name: collection.anchor) }
    default: break
    }
    return nil
  }

  private static func name(_ anchor: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    anchor.map { String(cString: $0) }
  }

  private static let tooDeep =
    "it is nested too deeply, more than \(deepest) nested lists and mappings"

  private mutating func add(_ size: Int, height: Int, name: String?) {
    if let name { named[name] = (size, height) }
    if !open.isEmpty {
      open[open.count - 1].children += 1
      open[open.count - 1].size += size
      open[open.count - 1].height = max(open[open.count - 1].height, height + 1)
    }
  }
}
