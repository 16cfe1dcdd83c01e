import Documents
import MirrorCore
import OCIRegistry
import Support

extension RegsyncRows {
  private typealias Pairs = [(key: DocumentValue, value: DocumentValue)]

  static func write(
    _ entries: [MirrorEntry], _ registries: RegistryConfiguration
  ) throws(DocumentError) -> ExportedRows {
    var sync: [DocumentValue] = []
    var plain: Set<String> = []
    var rows = ExportedRows(entries) { entry throws(Unsayable) in
      sync += try values(entry)
      let names = ([entry.source] + entry.destinations).compactMap { try? ImageReference($0).registry }
      plain.formUnion(names.filter(registries.usesPlainHTTP))
    }
    var document: Pairs = [(.word("version"), .word("1"))]
    if !plain.isEmpty {
      let access = plain.sorted().map { registry in
        DocumentValue.mapping([(.word("registry"), .text(registry)), (.word("tls"), .word("disabled"))])
      }
      document.append((.word("creds"), .list(access)))
    }
    document.append((.word("sync"), .list(sync)))
    rows.text = try DocumentValue.mapping(document).yaml()
    return rows
  }

  /// An entry for each destination.
  private static func values(_ entry: MirrorEntry) throws(Unsayable) -> [DocumentValue] {
    try entry.checkIsPlain(options: PlatformSelection.options.union(["referrers"]))
    let tags = try entry.tags.map { rule throws(Unsayable) in try Self.tags(rule) } ?? []
    var settings: Pairs = tags.isEmpty ? [] : [(.word("tags"), .mapping(tags))]
    settings += try options(entry)
    // What stood the check parses; a rule's destinations have the tags of what it finds.
    let image = entry.tags == nil ? try? entry.images().first : nil
    let targets = image.map { $0.destinations.map(\.familiar) } ?? entry.destinations.map(withoutTransport)
    return targets.map { target in
      .mapping(
        [
          (.word("source"), .word(withoutTransport(entry.source))), (.word("target"), .word(target)),
          (.word("type"), .word(entry.tags == nil ? "image" : "repository")),
        ] + settings)
    }
  }

  private static func withoutTransport(_ text: String) -> String {
    text.hasPrefix("docker://") ? String(text.dropFirst(9)) : text
  }

  private static func tags(_ rule: TagRule) throws(Unsayable) -> Pairs {
    var pairs: Pairs = []
    if !rule.takesAll { pairs += list("allow", rule.include) }
    guard let range = rule.semver else { return pairs + list("deny", rule.exclude) }
    let isOfReleases = SemanticVersionRange(range)?.namesPrereleases == false
    pairs += list("deny", rule.exclude, more: isOfReleases ? [RegsyncTags.noPrereleases] : [])
    let ranges = try VersionConstraint.spell(range, isOfReleases ? .regsyncReleases : .regsync)
    pairs.append((.word("semverRange"), .list(ranges.map { .text($0) })))
    return pairs
  }

  private static func list(_ key: String, _ patterns: [String], more: [String] = []) -> Pairs {
    // No tag is empty, but a list of nothing would be taken for none.
    let patterns = patterns.compactMap { TagPattern($0)?.regex }.map { $0.isEmpty ? "^$" : $0 } + more
    return patterns.isEmpty ? [] : [(.word(key), .list(patterns.map { .text($0) }))]
  }

  private static func options(_ entry: MirrorEntry) throws(Unsayable) -> Pairs {
    var pairs: Pairs = []
    // What stood the check can be read.
    if let selection = try? entry.platforms {
      guard selection.isSparse else {
        throw Unsayable("has platforms with an index of their own, where regsync keeps the source's")
      }
      pairs.append((.word("platforms"), .list(selection.platforms.map { .text(RegsyncPlatforms.text($0)) })))
    }
    switch entry.options["referrers"] ?? .null {
    case .null, .bool(false): break
    case .bool(true): pairs.append((.word("referrers"), .word("true")))
    default: throw Unsayable("has the option referrers that is neither true nor false")
    }
    return pairs
  }
}

extension TagRule {
  /// Whether no tag is left out by its name.
  var takesAll: Bool { include.isEmpty || include.contains("*") }
}
