import Documents
import MirrorCore
import OCIRegistry
import Support

/// Mirrors as the YAML file of `skopeo sync --src yaml`: skopeo-sync(1). It names no destinations.
struct SkopeoRows {
  private let target: ImageTarget
  private var found = ImportedRows()

  /// - Throws: `DocumentError` for a mistake, and for what a row cannot say.
  static func read(_ root: DocumentNode, to target: ImageTarget) throws(DocumentError) -> ImportedRows {
    var rows = SkopeoRows(target: target)
    for (registry, section) in try root.pairs() {
      rows.attempt { rows throws(DocumentError) in try rows.read(registry, section) }
    }
    return rows.found
  }

  private static let keys = [
    "cert-dir", "credentials", "images", "images-by-semver", "images-by-tag-regex", "tls-verify",
  ]

  /// Whether something here is what is said of a registry.
  static func isRegistry(_ place: DocumentNode) -> Bool {
    (try? place.pairs())?.contains { keys.contains($0.key) } == true
  }

  private init(target: ImageTarget) {
    self.target = target
  }

  /// A mistake in one part keeps nobody from hearing of those in the others.
  private mutating func attempt(_ part: (inout SkopeoRows) throws(DocumentError) -> Void) {
    do throws(DocumentError) {
      try part(&self)
    } catch {
      found.keep(error)
    }
  }

  private mutating func read(_ registry: String, _ section: DocumentNode) throws(DocumentError) {
    var hasImages = false
    for (key, value) in try section.pairs() {
      switch key {
      case "images":
        for (repository, place) in try value.pairs() {
          attempt { rows throws(DocumentError) in try rows.readTags(registry, repository, place) }
        }
      case "images-by-tag-regex":
        for (repository, place) in try value.pairs() {
          attempt { rows throws(DocumentError) in
            try rows.add(registry, repository, TagRule(include: try place.patterns(regex: try place.text())), place)
          }
        }
      case "images-by-semver":
        let byExpression = try section.pairs().first { $0.key == "images-by-tag-regex" }?.value.pairs().map(\.key) ?? []
        for (repository, place) in try value.pairs() {
          attempt { rows throws(DocumentError) in
            if byExpression.contains(repository) {
              throw place.mistake(
                "\(repository.cleaned.shortened(to: 200)) is also selected by an expression; skopeo takes the tags of either, but all parts of a row's tag rule must match: remove one of them"
              )
            }
            try rows.add(registry, repository, TagRule(semver: try place.range(.masterminds)), place)
          }
        }
      case "credentials":
        found.note(signInTo: registry, line: value.line)
      case "tls-verify":
        if try !value.flag() { found.note(unverified: registry, line: value.line) }
      case "cert-dir": found.note(certificatesOf: registry, line: value.line)
      default:
        throw value.unknown(key, known: Self.keys)
      }
      if key.hasPrefix("images"), try !value.pairs().isEmpty { hasImages = true }
    }
    if !hasImages { found.note("\(registry) has no images", line: section.keyLine) }
  }

  private mutating func readTags(
    _ registry: String, _ repository: String, _ place: DocumentNode
  ) throws(DocumentError) {
    let tags = place.isEmpty ? [] : try place.list() ?? [place]
    if tags.isEmpty { return try add(registry, repository, TagRule(include: ["*"]), place) }
    for tag in tags {
      let text = try tag.text()
      if text.hasPrefix("sha256:") || text.hasPrefix("sha512:") {
        throw tag.mistake(
          "a digest has no tag for the destination; add it with `ecrmirror add`, where you can give one")
      }
      let source = "\(registry)/\(repository):\(text)"
      try found.add(
        MirrorEntry(source: source, destinations: [try destination(source, tag)]), line: tag.line)
    }
  }

  private mutating func add(
    _ registry: String, _ repository: String, _ rule: TagRule, _ place: DocumentNode
  ) throws(DocumentError) {
    let source = "\(registry)/\(repository)"
    try found.add(
      MirrorEntry(source: source, destinations: [try destination(source, place)], tags: rule), line: place.line)
  }

  private func destination(_ source: String, _ place: DocumentNode) throws(DocumentError) -> String {
    do {
      return try target.destination(of: try ImageReference(source))
    } catch {
      throw place.mistake("\(error)")
    }
  }
}
