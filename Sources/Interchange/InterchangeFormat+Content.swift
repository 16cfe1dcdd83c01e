import Documents

extension InterchangeFormat {
  /// Which form the documents of a YAML text have, or a JSON one.
  ///
  /// - Throws: `DocumentError` for what is none of them.
  init(_ documents: [DocumentNode], isJSON: Bool) throws(DocumentError) {
    guard let root = documents.first else { throw DocumentError(line: nil, "it is empty") }
    if isJSON, try root.list() != nil {
      self = .json
      return
    }
    for document in documents {
      guard let pairs = try? document.pairs(), pairs.contains(where: { $0.key == "apiVersion" }),
        let kind = try pairs.first(where: { $0.key == "kind" })?.value.text()
      else { continue }
      self = kind == OCMirrorRows.kind ? .ocMirror : .kubernetes
      return
    }
    let pairs: [(key: String, value: DocumentNode)]
    do throws(DocumentError) {
      pairs = try root.pairs()
    } catch {
      throw DocumentError(line: error.line, "\(error.reason); if it is CSV or a list, use --format")
    }
    let keys = Set(pairs.map(\.key))
    if keys.isEmpty { throw root.mistake("it is empty") }
    // Old compose files have a version, too.
    if keys.contains("services") {
      self = .compose
    } else if keys.contains("relay") || keys.contains("tasks") {
      self = .dregsy
    } else if isJSON && keys.contains("mirrors") {
      self = .json
    } else if !keys.isDisjoint(with: ["creds", "defaults", "sync", "version"]) {
      self = .regsync
    } else if ImageSyncerRows.isWhole(Array(keys)) || pairs.contains(where: { Self.isRule($0.value) }) {
      self = .imageSyncer
    } else if isJSON {
      self = .json
    } else if pairs.contains(where: { SkopeoRows.isRegistry($0.value) }) {
      self = .skopeo
    } else {
      throw root.mistake(
        "its keys match no known format; set it with --format: \(Self.allCases.map(\.rawValue).joined(separator: ", "))"
      )
    }
  }

  /// Whether it is what image-syncer has for a source: one destination or some. skopeo has more to say of a registry.
  private static func isRule(_ place: DocumentNode) -> Bool {
    if let text = try? place.text() { return text.contains("/") }
    return (try? place.texts())?.isEmpty == false
  }
}
