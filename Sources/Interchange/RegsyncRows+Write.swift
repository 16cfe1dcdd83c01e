import MirrorCore
import OCIRegistry
import Support

extension RegsyncRows {
  static func write(_ entries: [MirrorEntry], _ registries: RegistryConfiguration) -> ExportedRows {
    var lines: [String] = []
    var plain: Set<String> = []
    var rows = ExportedRows(entries) { entry throws(Unsayable) in
      lines += try Self.lines(entry)
      let names = ([entry.source] + entry.destinations).compactMap { try? ImageReference($0).registry }
      plain.formUnion(names.filter(registries.usesPlainHTTP))
    }
    let access = plain.sorted().flatMap { ["  - registry: \($0.quotedForYAML)", "    tls: disabled"] }
    let head = ["version: 1"] + (access.isEmpty ? [] : ["creds:"] + access)
    rows.text = (head + [lines.isEmpty ? "sync: []" : "sync:"] + lines).map { $0 + "\n" }.joined()
    return rows
  }

  /// An entry for each destination.
  private static func lines(_ entry: MirrorEntry) throws(Unsayable) -> [String] {
    try entry.checkIsPlain(options: ["platforms", "referrers"])
    var settings = try entry.tags.map { rule throws(Unsayable) in try tags(rule) } ?? []
    settings += try options(entry)
    // What stood the check parses; a rule's destinations have the tags of what it finds.
    let image = entry.tags == nil ? try? entry.images().first : nil
    let targets = image.map { $0.destinations.map(\.familiar) } ?? entry.destinations.map(withoutTransport)
    return targets.flatMap { target in
      [
        "  - source: \(withoutTransport(entry.source))", "    target: \(target)",
        "    type: \(entry.tags == nil ? "image" : "repository")",
      ] + settings
    }
  }

  private static func withoutTransport(_ text: String) -> String {
    text.hasPrefix("docker://") ? String(text.dropFirst(9)) : text
  }

  private static func tags(_ rule: TagRule) throws(Unsayable) -> [String] {
    var lines: [String] = []
    if !rule.takesAll { lines += list("allow", rule.include) }
    lines += list("deny", rule.exclude)
    if let range = rule.semver {
      lines += ["      semverRange:"]
      lines += try VersionConstraint.spell(range, .regsync).map { "        - \($0.quotedForYAML)" }
    }
    return lines.isEmpty ? [] : ["    tags:"] + lines
  }

  private static func list(_ key: String, _ globs: [String]) -> [String] {
    let patterns = globs.compactMap { Glob($0)?.regex }
    return patterns.isEmpty ? [] : ["      \(key):"] + patterns.map { "        - \($0.quotedForYAML)" }
  }

  private static func options(_ entry: MirrorEntry) throws(Unsayable) -> [String] {
    var lines: [String] = []
    switch entry.options["platforms"] ?? .null {
    case .null: break
    case .array(let values):
      lines.append("    platforms:")
      for value in values {
        guard case .string(let platform) = value else { throw Unsayable("has platforms that are no texts") }
        lines.append("      - \(platform.quotedForYAML)")
      }
    default: throw Unsayable("has platforms that are no list")
    }
    switch entry.options["referrers"] ?? .null {
    case .null, .bool(false): break
    case .bool(true): lines.append("    referrers: true")
    default: throw Unsayable("has the option referrers that is neither true nor false")
    }
    return lines
  }
}

extension TagRule {
  /// Whether no tag is left out by its name.
  var takesAll: Bool { include.isEmpty || include.contains("*") }
}

extension String {
  /// As a scalar that nothing can be read into.
  var quotedForYAML: String { "'" + replacing(scalar: "'", with: "''") + "'" }
}
