import MirrorCore
import OCIRegistry
import Support
import Terminal

extension View {
  /// What changed in an image, between its sides or by its last copy.
  static let difference = View(
    "Difference", .text { state, id, width, brush in state.differenceText(id, width, brush.symbols) },
    operations: [.diff, .copy, .copyDigest], hints: [.diff],
    subject: { state, id in
      Subject(copied: DifferenceSides(id).source, mirror: state.differences[id]?.mirror)
    },
    name: { _, id in DifferenceSides(id).destination })
}

extension Place {
  fileprivate static func difference(_ sides: DifferenceSides) -> Place { Place(.difference, sides.id) }
}

/// The image that a difference is about, and where it goes.
private struct DifferenceSides {
  let source: String
  let destination: String

  init(_ source: String, _ destination: String) {
    (self.source, self.destination) = (source, destination)
  }

  /// No reference has a blank.
  init(_ id: String) {
    let parts = id.split(separator: " ", maxSplits: 1)
    (source, destination) = (String(parts.first ?? ""), String(parts.dropFirst().first ?? ""))
  }

  var id: String { "\(source) \(destination)" }
}

/// What registries said of what changed in an image.
struct DifferenceLook: Sendable, Equatable {
  enum Outcome: Sendable, Equatable {
    case reading
    case read(ImageComparison)
    case failed(String)
  }

  /// The row that mirrors it.
  let mirror: String
  var outcome = Outcome.reading
}

extension State {
  /// Shows what changed in the image whose state matters most, and reads it anew.
  mutating func compareImage() -> [Effect] {
    if place.view == .difference, let look = differences[place.id] {
      return read(DifferenceSides(place.id), of: look.mirror)
    }
    guard let row = mirrorsOfPlace.first, let destination = row.destination, !destination.reference.isEmpty else {
      say(.info, "there is no image here")
      return []
    }
    let sides = DifferenceSides(destination.source, destination.reference)
    go(to: .difference(sides))
    return read(sides, of: row.id)
  }

  private mutating func read(_ sides: DifferenceSides, of mirror: String) -> [Effect] {
    // Looks of long ago are of no use to anybody.
    if differences.count > 100 { differences = differences.filter { $0.value.outcome == .reading } }
    guard differences[sides.id]?.outcome != .reading else { return [] }
    differences[sides.id] = DifferenceLook(mirror: mirror)
    return [.act(.compare(source: sides.source, destination: sides.destination))]
  }

  mutating func apply(_ outcome: DifferenceLook.Outcome, source: String, destination: String) {
    differences[DifferenceSides(source, destination).id]?.outcome = outcome
  }

  fileprivate func differenceText(_ id: String, _ width: Int, _ symbols: Symbols) -> [Line] {
    var page = TextPage(width: width)
    let sides = DifferenceSides(id)
    page.field("source", sides.source, .title, labels: Self.labels)
    page.field("at", sides.destination, .title, labels: Self.labels)
    page.gap()
    switch differences[id]?.outcome {
    case nil: page.paragraph("this comparison is no longer kept; go back and press = again", .faint)
    case .reading: page.paragraph("reading the manifests and configurations of its images", .faint)
    case .failed(let reason): page.paragraph(reason, .bad)
    case .read(let comparison): describe(comparison, &page, symbols)
    }
    return page.lines
  }

  private func describe(_ comparison: ImageComparison, _ page: inout TextPage, _ symbols: Symbols) {
    switch comparison.kind {
    case .same: return page.paragraph("in sync; the destination's previous image is not known", .good)
    case .drift where comparison.before == nil: page.paragraph("nothing there yet; a copy would add:", .warning)
    case .drift: page.paragraph("out of sync; a copy would change:", .warning)
    case .lastCopy(let at): page.paragraph("in sync; the last copy, at \(at.rfc3339), changed:", .good)
    }
    let difference = comparison.difference
    page.paragraph(difference.summary)
    let unread = max(comparison.before?.unread ?? 0, comparison.after?.unread ?? 0)
    if unread > 0 { page.paragraph("and \(counted(unread, "platform")) that \(unread == 1 ? "was" : "were") not read") }
    for platform in difference.platforms where platform.change != .same {
      page.gap()
      page.heading("\(platform.name.cleaned)  \(platform.change.word)")
      for fact in platform.facts(arrow: symbols.arrow) { page.field(fact.name, fact.text, labels: Self.labels) }
    }
    guard comparison.pulls > 0 else { return }
    page.gap()
    page.paragraph(comparison.pullsText, .faint)
  }

  private static let labels = 13
}
