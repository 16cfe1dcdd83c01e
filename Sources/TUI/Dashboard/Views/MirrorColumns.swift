import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support
import Terminal

extension MirrorRow {
  static let columns = columns(where: nil, below: nil)

  /// - Parameters:
  ///   - pattern: where destinations are as a rule; it is said once, and only exceptions are named row by row.
  ///   - heading: the grouping whose headings stand above the rows, and say what need not be said again.
  static func columns(where pattern: DestinationPattern?, below heading: String?) -> [Column<MirrorRow>] {
    [
      names(where: pattern, below: heading),
      Column(
        "DESTINATION", 16...90, priority: 55, key: "A", cut: .middle, isSpare: pattern != nil,
        measure: { $0.destinations(0, .unicode).utf8.count },
        order: { .text($0.destination?.reference ?? "") },
        cell: { row, width, brush in Span(row.destinations(width, brush.symbols)) }),
      Column(
        "STATE", 8...14, priority: 90, key: "S", isFitted: true, startsDescending: true,
        measure: { $0.stateText.utf8.count }, order: { .number(Double($0.state?.weight ?? 99)) },
        cell: { row, _, _ in Span(row.stateText, row.state?.role ?? UnreadableRow.severity.role) }),
      Column(
        "DIGESTS", 17...27, priority: 50, isOptional: true, measure: { $0.hasDigestsToTell ? 27 : 0 },
        cell: { row, width, brush in row.progressBar(width, brush.symbols) ?? row.digests(width, brush.symbols) }),
      Column(
        "SINCE", 5...5, priority: 60, key: "E", isRight: true, startsDescending: true,
        order: { .number($0.destination?.since?.timeIntervalSince1970 ?? 0) },
        cell: { row, _, brush in Span(brush.age(row.destination?.since), .faint) }),
      Column(
        "CHECKED", 7...7, priority: 40, key: "H", isRight: true, startsDescending: true,
        order: { .number($0.status?.checkedAt?.timeIntervalSince1970 ?? 0) },
        cell: { row, _, brush in Span(brush.age(row.status?.checkedAt), .faint) }),
      Column(
        "EXPIRES", 8...8, priority: 20, key: "P", isRight: true, isOptional: true,
        measure: { $0.status?.entry.expires == nil ? 0 : 8 },
        order: { .number($0.status?.entry.expires?.timeIntervalSince1970 ?? .infinity) },
        cell: { row, _, brush in Span(brush.end(row.status?.entry.expires), .faint) }),
      Column(
        "NOTE", 20...90, priority: 30, isOptional: true, measure: { $0.note.utf8.count },
        cell: { row, _, _ in Span(row.note, .faint) }),
    ]
  }

  private static func names(where pattern: DestinationPattern?, below heading: String?) -> Column<MirrorRow> {
    var aside: (@Sendable (Int, Symbols) -> String)?
    if let pattern { aside = { width, symbols in pattern.title(width, symbols) } }
    return Column(
      "SOURCE", 46...110, priority: 100, key: "O", cut: .middle, aside: aside,
      measure: { $0.widthOfNames(where: pattern, below: heading) }, order: { .text($0.id) },
      cell: { row, width, brush in Span(row.names(width, where: pattern, below: heading, brush.symbols)) })
  }

  private var stateText: String {
    guard state == .copying, let fraction = progress?.fraction else { return word }
    return "\(word) \(Int(fraction * 100))%"
  }

  /// Equal ones say what the state says.
  private var hasDigestsToTell: Bool {
    guard let destination else { return false }
    return destination.sourceDigest != destination.digest && destination.state != .inSync || progress != nil
  }

  /// Both digests, source first, with how they compare: never by colour alone.
  private func digests(_ width: Int, _ symbols: Symbols) -> Span {
    guard let destination else { return Span("") }
    let length = min(max((width - 3) / 2, 7), 12)
    func short(_ digest: Digest?) -> String {
      let text = digest.map { String($0.hex.prefix(length)) } ?? symbols.nothing
      return text + String(repeating: " ", count: max(length - text.count, 0))
    }
    if destination.sourceDigest == nil && destination.digest == nil { return Span(symbols.nothing, .faint) }
    let isEqual = destination.sourceDigest == destination.digest
    let sign = isEqual || destination.state == .inSync ? symbols.equal : symbols.unequal
    return Span("\(short(destination.sourceDigest)) \(sign) \(short(destination.digest))", isEqual ? .faint : .plain)
  }

  private func progressBar(_ width: Int, _ symbols: Symbols) -> Span? {
    guard state == .copying, let progress else { return nil }
    return Span(progress.bar(width, symbols), .busy)
  }
}

extension JobProgress {
  /// A bar with the bytes beside it, where there is room: `█████▌░░░ 12/27 MiB`.
  func bar(_ width: Int, _ symbols: Symbols) -> String {
    guard let fraction else { return phase.rawValue }
    var amount = ""
    if let total = bytes.total { amount = " \(bytes.done.inUnits(of: total))/\(total.inUnits)" }
    if pack != nil, let total = destinations.total { amount = " \(destinations.done)/\(total)" }
    if width - amount.utf8.count < 6 { amount = "" }
    return symbols.bar(fraction, width: width - amount.utf8.count) + amount
  }

  /// In words, for details: phase, images, blobs, bytes.
  var summary: String {
    if let pack { return "\(pack.text), \(bytes.done.inUnits) copied" }
    var parts = [phase.rawValue]
    if let total = images.total { parts.append("image \(images.done) of \(total)") }
    if let total = blobs.total { parts.append("blob \(blobs.done) of \(total)") }
    if let total = bytes.total { parts.append("\(bytes.done.inUnits(of: total)) of \(total.inUnits)") }
    return parts.joined(separator: ", ")
  }
}
