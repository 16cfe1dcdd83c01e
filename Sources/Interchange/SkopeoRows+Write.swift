import Documents
import MirrorCore
import OCIRegistry
import Support

extension SkopeoRows {
  fileprivate typealias Pairs = [(key: DocumentValue, value: DocumentValue)]

  /// What stands below one registry.
  fileprivate struct Section {
    var tags: [String: [String]] = [:]
    var regexes: [String: String] = [:]
    var ranges: [String: String] = [:]
  }

  static func write(
    _ entries: [MirrorEntry], to target: ImageTarget, _ registries: RegistryConfiguration
  ) throws(DocumentError) -> ExportedRows {
    var sections: [String: Section] = [:]
    var rows = ExportedRows(entries) { entry throws(Unsayable) in
      let source = try target.source(of: entry)
      try sections[source.registry, default: Section()].add(source, entry.tags)
    }
    let document = sections.sorted { $0.key < $1.key }.map { registry, section in
      let settings: Pairs = registries.usesPlainHTTP(registry) ? [(.word("tls-verify"), .word("false"))] : []
      return (key: DocumentValue.text(registry), value: DocumentValue.mapping(settings + section.pairs))
    }
    rows.text = try DocumentValue.mapping(document).yaml()
    return rows
  }
}

extension ImageTarget {
  /// The source of a row that goes where this puts it, and has nothing else to say.
  func source(of entry: MirrorEntry) throws(Unsayable) -> ImageReference {
    try entry.checkIsPlain(options: [])
    let places = Set(entry.destinations.compactMap { try? ImageReference($0) })
    guard let source = try? ImageReference(entry.source) else { throw Unsayable("is invalid") }
    if source.digest != nil { throw Unsayable("names a digest") }
    let expected: String
    do throws(Uncovered) {
      expected = try destination(of: source)
    } catch {
      throw Unsayable("has a source for which \(error)")
    }
    guard places.count == 1, let place = places.first, place.withoutTag == (try? ImageReference(expected)),
      place.tag == nil || place.tag == source.tag
    else {
      let places = entry.destinations.map(\.cleaned).joined(separator: ", ")
      throw Unsayable("goes to \(places), where it would be put at \(expected)")
    }
    return source
  }
}

extension SkopeoRows.Section {
  fileprivate mutating func add(_ source: ImageReference, _ rule: TagRule?) throws(Unsayable) {
    let repository = source.repository
    guard let rule else {
      // No tags would mean all.
      if let tag = source.tag { tags[repository, default: []].append(tag) }
      return
    }
    if !rule.exclude.isEmpty { throw Unsayable("excludes tags") }
    if let range = rule.semver {
      if !rule.takesAll { throw Unsayable("has both patterns and a version range") }
      ranges[repository] = try VersionConstraint.spell(range, .masterminds).joined(separator: " || ")
    } else {
      // Not as a list of no tags, which would take the place of tags that other rows name.
      let patterns = rule.takesAll ? [".*"] : rule.include.compactMap { TagPattern($0)?.regex }
      let regex = patterns.count == 1 ? "^\(patterns[0])$" : "^(?:\(patterns.joined(separator: "|")))$"
      // What was written is to be read again.
      if regex.utf8.count > Glob.longest { throw Unsayable("has patterns that need too long an expression") }
      regexes[repository] = regex
    }
  }

  fileprivate var pairs: SkopeoRows.Pairs {
    var pairs: SkopeoRows.Pairs = []
    if !tags.isEmpty {
      let images = tags.sorted { $0.key < $1.key }.map { repository, tags in
        (key: DocumentValue.text(repository), value: DocumentValue.list(tags.map { .text($0) }))
      }
      pairs.append((.word("images"), .mapping(images)))
    }
    for (key, texts) in [("images-by-tag-regex", regexes), ("images-by-semver", ranges)] where !texts.isEmpty {
      let values = texts.sorted { $0.key < $1.key }.map {
        (key: DocumentValue.text($0.key), value: DocumentValue.text($0.value))
      }
      pairs.append((.word(key), .mapping(values)))
    }
    return pairs
  }
}
