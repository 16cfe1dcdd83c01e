import OCIRegistry
import Terminal

/// What there is to say of a row in two lines, in full where that is possible at all.
struct RowSummary: Sendable, Equatable {
  /// What it is about, and where that goes: references.
  var what: String
  var to: [String] = []
  /// Why it is as it is, and what can be done about it.
  var why = ""
  var remedy = ""
  var role = Role.plain

  /// Destinations that are named; of others how many there are.
  private static let mostNamed = 4

  /// At most two lines of so many columns: names and why each on its own, or where all of it fits. Where it fits in no
  /// way, names are shortened, and the reason before the remedy.
  func lines(_ width: Int, _ symbols: Symbols) -> [[Span]] {
    let separator = [Span(" \(symbols.separator) ", .faint)]
    let arrow = Span("\(symbols.arrow) ", .faint)
    let more = to.count - Self.mostNamed
    let named = to.prefix(Self.mostNamed).joined(separator: " ") + (more > 0 ? " +\(more)" : "")
    let source = [Span(what, .title)]
    let target = named.isEmpty ? [] : [arrow, Span(named)]
    let reason = why.isEmpty ? [] : [Span(why, role)]
    let advice = remedy.isEmpty ? [] : [Span(remedy, .key)]
    let shapes = [
      [[source, target].spaced([Span(" ")]), [reason, advice].spaced(separator)],
      [[source, reason].spaced(separator), [target, advice].spaced(separator)],
      [[source, reason, advice].spaced(separator), target],
    ]
    if let whole = shapes.first(where: { $0.allSatisfy { $0.columns <= width } }) { return whole }
    if reason.isEmpty, advice.isEmpty {
      return [[short(what, width, symbols, .title)], [arrow, shortTarget(width - 2, symbols)]]
    }
    let left = width - advice.columns - (advice.isEmpty ? 0 : 3)
    let because = why.isEmpty || left < 8 ? [] : [Span(why.fitting(left, symbols.ellipsis), role)]
    return [shortNames(width, symbols), [because, advice].spaced(separator)]
  }

  private func short(_ text: String, _ width: Int, _ symbols: Symbols, _ role: Role = .plain) -> Span {
    Span(ShortReference.make(text, width: width, ellipsis: symbols.ellipsis), role)
  }

  /// The first destination, and how many others there are.
  private func shortTarget(_ width: Int, _ symbols: Symbols) -> Span {
    let more = to.count > 1 ? " +\(to.count - 1)" : ""
    return Span(short(to.first ?? "", max(width - more.utf8.count, 0), symbols).text + more)
  }

  /// Both on a line: the source whole where that leaves enough for the end of the destination.
  private func shortNames(_ width: Int, _ symbols: Symbols) -> [Span] {
    if to.isEmpty { return [short(what, width, symbols, .title)] }
    let source = short(what, max(width - 30, width / 2), symbols, .title)
    return [source, Span(" \(symbols.arrow) ", .faint), shortTarget(width - source.text.columns - 3, symbols)]
  }
}

extension [Span] {
  var columns: Int { reduce(0) { $0 + $1.text.columns } }
}

extension [[Span]] {
  /// Those that are not empty, one after the other.
  fileprivate func spaced(_ separator: [Span]) -> [Span] {
    [Span](filter { !$0.isEmpty }.joined(separator: separator))
  }
}

extension String {
  fileprivate func fitting(_ width: Int, _ ellipsis: Character) -> String {
    columns <= width ? self : prefix(width - 1) + String(ellipsis)
  }
}
