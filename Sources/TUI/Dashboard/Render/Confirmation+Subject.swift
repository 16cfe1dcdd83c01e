import OCIRegistry

extension Confirmation {
  /// What a line says it is about, and where that goes, each with its tag.
  func subject(_ index: Int, width: Int, _ symbols: Symbols) -> String {
    guard index < places.count else { return subjects[index].tail(width) }
    let (arrow, ellipsis) = (" \(symbols.arrow) ", symbols.ellipsis)
    let place = places[index].split(separator: " ", maxSplits: 1)
    let others = place.count > 1 ? " \(place[1])" : ""
    let from = ShortReference.make(subjects[index], width: max((width - arrow.count) / 2, 8), ellipsis: ellipsis)
    let room = max(width - from.count - arrow.count - others.count, 8)
    return from + arrow + ShortReference.make(String(place.first ?? ""), width: room, ellipsis: ellipsis) + others
  }

  /// All of it for whoever hears lines: the first subjects, and what a yes takes.
  var spoken: [String] {
    var lines = [question]
    for (index, subject) in subjects.prefix(Self.mostSpoken).enumerated() {
      lines.append(index < places.count ? "\(subject) to \(places[index])" : subject)
    }
    if subjects.count > Self.mostSpoken { lines.append("and \(subjects.count - Self.mostSpoken) more") }
    lines += [consequence, warning].filter { !$0.isEmpty }
    lines.append(typed.map { "Type \($0), or anything else for no." } ?? "y or n?")
    return lines
  }

  private static let mostSpoken = 10
}
