import MirrorCore
import Support

/// What an import would do to the table, a line for each row that would not stay as it is.
enum ImportDifference {
  static func table(_ changes: [RowChange]) -> TextTable {
    var table = TextTable(.word("ROW"), .reference("SOURCE"), .reference("DESTINATION"), .note("WHAT"))
    for change in changes {
      guard let new = change.new else { continue }
      table.add(
        change.old == nil ? "new" : "changed", new.source, new.destinations.joined(separator: " "),
        change.old.map { words(from: $0, to: new) } ?? new.tags.map(rule) ?? "")
    }
    return table
  }

  /// What differs, part by part, the old before the new.
  static func words(from old: MirrorEntry, to new: MirrorEntry) -> String {
    var parts: [String] = []
    let (gone, come) = (Set(old.destinations), Set(new.destinations))
    let more = new.destinations.filter { !gone.contains($0) }
    let less = old.destinations.filter { !come.contains($0) }
    if !more.isEmpty { parts.append("also to \(more.joined(separator: " "))") }
    if !less.isEmpty { parts.append("no longer to \(less.joined(separator: " "))") }
    if more.isEmpty && less.isEmpty && old.destinations != new.destinations {
      parts.append("destinations reordered")
    }
    if old.enabled != new.enabled { parts.append(new.enabled ? "enabled" : "disabled") }
    if old.expires != new.expires {
      parts.append("expires \(old.expires?.rfc3339 ?? "never") -> \(new.expires?.rfc3339 ?? "never")")
    }
    if old.tags != new.tags { parts.append("tags \(old.tags.map(rule) ?? "none") -> \(new.tags.map(rule) ?? "none")") }
    if platforms(of: old) != platforms(of: new) {
      parts.append("platforms \(platforms(of: old)) -> \(platforms(of: new))")
    }
    for name in Set(old.options.keys).union(new.options.keys).sorted()
    where old.options[name] != new.options[name] && !PlatformSelection.options.contains(name) {
      parts.append("option \(name)")
    }
    if parts.isEmpty { parts.append("attributes unknown to this program") }
    return parts.joined(separator: "; ")
  }

  /// `linux/amd64, linux/arm64, sparse`
  private static func platforms(of entry: MirrorEntry) -> String {
    (try? entry.platforms).map { $0.words } ?? "all"
  }

  private static func rule(_ rule: TagRule) -> String { rule.words.joined(separator: ", ") }
}
