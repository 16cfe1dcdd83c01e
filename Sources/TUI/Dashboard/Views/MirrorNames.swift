import MirrorCore
import OCIRegistry
import Support

extension MirrorRow {
  /// The source, without what the heading above it says; and where it goes, where that is not as the pattern has it.
  func names(
    _ width: Int, where pattern: DestinationPattern?, below heading: String?, _ symbols: Symbols
  ) -> String {
    let name = name(below: heading)
    guard let elsewhere = elsewhere(pattern) else { return short(name, width, symbols) }
    let arrow = " \(symbols.arrow) "
    let more = elsewhere.others > 0 ? " +\(elsewhere.others)" : ""
    let room = max(width - arrow.count - more.utf8.count, 0)
    // What is elsewhere gives first, but for what tells that it is.
    let share = max(room - name.utf8.count, min(elsewhere.text.utf8.count, room * 2 / 5))
    let target = short(elsewhere.text, share, symbols)
    return short(name, room - target.count, symbols) + arrow + target + more
  }

  /// The first destination that is not as the pattern has it, as far as it is not the source's name once more; and how
  /// many others there are.
  private func elsewhere(_ pattern: DestinationPattern?) -> (text: String, others: Int)? {
    guard let pattern, let status else { return nil }
    let exceptions = pattern.exceptions(of: status)
    guard let first = exceptions.first else { return nil }
    let prefix = pattern.prefix(of: first).map { String($0.dropLast()) }
    return (prefix ?? first.reference, exceptions.count - 1)
  }

  func widthOfNames(where pattern: DestinationPattern?, below heading: String?) -> Int {
    let name = name(below: heading).utf8.count
    guard let elsewhere = elsewhere(pattern) else { return name }
    return name + 3 + min(elsewhere.text.utf8.count, 24) + (elsewhere.others > 0 ? 4 : 0)
  }

  /// All of them where there is room, else the one that matters most and how many others there are.
  func destinations(_ width: Int, _ symbols: Symbols) -> String {
    guard let status, let destination else { return "" }
    let others = status.destinations.count - 1
    if others == 0 { return width > 0 ? short(destination.reference, width, symbols) : destination.reference }
    if others < 8 {
      let all = status.destinations.map(\.reference).joined(separator: " ")
      if all.utf8.count <= width { return all }
    }
    if width <= 0 { return "\(destination.reference) +\(others)" }
    return short(destination.reference, max(width - 2 - String(others).utf8.count, 0), symbols) + " +\(others)"
  }

  /// As it is called below the heading of a group.
  private func name(below heading: String?) -> String {
    guard let heading, status != nil else { return id }
    let name = id.utf8.lastIndex(of: UInt8(ascii: "/")).map(id.utf8.index(after:)) ?? id.startIndex
    switch heading {
    case "repository":
      let suffix = id[name...].drop { $0 != ":" && $0 != "@" }
      if suffix.isEmpty { return status?.entry.tags?.summary ?? id }
      return String(suffix.first == ":" ? suffix.dropFirst() : suffix)
    case "registry": return String(id[DestinationPattern.Part.familiar.start(in: id)...])
    default: return id
    }
  }

  private func short(_ text: String, _ width: Int, _ symbols: Symbols) -> String {
    ShortReference.make(text, width: width, ellipsis: symbols.ellipsis)
  }
}

extension DestinationPattern {
  /// Where everything goes that says nothing else: `→ registry.example.com/mirror/`.
  func title(_ width: Int, _ symbols: Symbols) -> String {
    let each = max((width - 2) / prefixes.count - 2, 8)
    let names = prefixes.map { prefix in
      ShortReference.make(String(prefix.dropLast()), width: each, ellipsis: symbols.ellipsis) + "/"
    }
    return "\(symbols.arrow) \(names.joined(separator: ", "))"
  }
}
