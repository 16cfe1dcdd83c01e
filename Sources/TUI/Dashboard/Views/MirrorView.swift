import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support
import Terminal

extension View {
  /// All there is to know about a mirror.
  static let mirror = View(
    "Mirror", .text { state, id, width, brush in state.mirrorText(id, width, &brush) },
    operations: Set.ofMirrors.union([.cancel, .platforms, .sourcePlatforms, .log, .copy]),
    watch: { _, id in Watch(history: .mirror(id)) },
    subject: { state, id in
      Subject(copied: id, mirror: id, job: state.mirror(id)?.job)
    }, name: { _, id in id })
}

extension Place {
  static func mirror(_ id: String) -> Place { Place(.mirror, id) }
}

extension State {
  fileprivate func mirrorText(_ id: String, _ width: Int, _ brush: inout Brush) -> [Line] {
    var page = TextPage(width: width)
    guard let row = mirror(id) else {
      page.paragraph("the mirror \(id) is no longer in the table", .warning)
      return page.lines
    }
    guard let status = row.status else {
      page.field("source", id, .title)
      page.field("unreadable", row.note, .bad)
      return page.lines
    }
    let entry = status.entry
    page.field("source", entry.source, .title)
    if let digest = status.sourceDigest { page.field("digest", digest.description) }
    page.field("enabled", entry.enabled ? "yes" : "no", entry.enabled ? .plain : .warning)
    page.field("expires", entry.expires.map { "\($0.rfc3339)\($0 <= now ? ", which has passed" : "")" } ?? "never")
    if let rule = entry.tags { page.field("tags", rule.summary) }
    if let immutable = entry.immutable { page.field("immutable", immutable.patterns.joined(separator: ", ")) }
    if let platforms = try? entry.platforms { page.field("platforms", platforms.words) }
    let repositories = NewRepositories.text(of: entry.options)
    if !repositories.isEmpty { page.field("repositories", "created where missing: \(repositories)", labels: 14) }
    for (index, destination) in status.destinations.enumerated() {
      page.gap()
      let of = status.destinations.count > 1 ? " \(index + 1) of \(status.destinations.count)" : ""
      page.heading("Destination\(of)")
      describe(destination, of: status, &page, &brush)
    }
    // A history is read for the view alone: on AWS each costs a request.
    if isPreviewing { return page.lines }
    page.gap()
    describeHistory(of: id, &page, &brush)
    return page.lines
  }

  private func describe(
    _ destination: DestinationStatus, of status: MirrorStatus, _ page: inout TextPage, _ brush: inout Brush
  ) {
    page.field("image", destination.reference, .title)
    let isMade = destination.state == .inSync && destination.sourceDigest != destination.digest
    let meaning = isMade ? "it was made of the source's present image" : destination.state.meaning
    page.field("state", "\(destination.state.rawValue): \(meaning)", destination.state.role)
    page.field("error", destination.error ?? "", .bad)
    if let retry = destination.retry {
      let jobs = counted(retry.failures, "job")
      page.field(
        "next try", "\(retry.until.rfc3339)  (in \(retry.until.since(now).brief), after \(jobs) failed)", .warning)
    }
    if destination.state.isProblem || destination.missingRepository != nil { page.field("to do", destination.advice) }
    page.field("digest", destination.digest?.description ?? "none seen")
    if status.sourceDigest == nil || destination.source != status.entry.source {
      page.field("source", destination.source, labels: 14)
      page.field("source digest", destination.sourceDigest?.description ?? "none seen")
    }
    describePlatforms(destination, try? status.entry.platforms, &page, brush.symbols)
    page.field("since", brush.moment(destination.since))
    page.field("checked", brush.moment(destination.checkedAt))
    if let job = destination.job {
      let state = self.job(job).map { ", \($0.state.word)" } ?? ""
      page.field("job", "\(job)\(state)")
    }
    if let progress = destination.progress {
      page.field("copied", progress.bar(max(min(page.width - 9, 60), 8), brush.symbols), .busy)
      page.field("", progress.summary)
    }
  }

  /// The images of both indexes beside each other, as far as they were read.
  private func describePlatforms(
    _ destination: DestinationStatus, _ selection: PlatformSelection?, _ page: inout TextPage, _ symbols: Symbols
  ) {
    var contents: [ImageContents?] = []
    for reference in [destination.source, destination.reference] {
      switch images[reference] {
      case .read(let read): contents.append(read)
      case .reading:
        page.field("platforms", "reading \(reference)", .faint)
        contents.append(nil)
      case .failed(let reason):
        page.field("platforms", reason, .bad)
        contents.append(nil)
      case nil: contents.append(nil)
      }
    }
    let (source, copy) = (contents[0], contents[1])
    for (index, part) in PlatformComparison.make(source: source, destination: copy).enumerated() {
      let (text, role) = part.text(selection, symbols, isSourceRead: source != nil, isCopyRead: copy != nil)
      page.field(index == 0 ? "platforms" : "", text, role)
    }
    if copy == nil, images[destination.reference] == nil, page.width >= 60, !isPreviewing {
      page.field("platforms", "press p to load (P compares with the source and uses one Docker Hub pull)", .faint)
    }
  }

  private func describeHistory(of id: String, _ page: inout TextPage, _ brush: inout Brush) {
    page.heading("History")
    guard let mirrorHistory, mirrorHistory.mirror == id else {
      page.paragraph(historyError.map { "cannot be read: \($0)" } ?? "reading", .faint)
      return
    }
    if mirrorHistory.rows.isEmpty { page.paragraph("no history yet", .faint) }
    for row in mirrorHistory.rows {
      page.field(
        row.item.at.rfc3339, "\(row.item.result), took \(row.item.duration.precise)",
        row.item.role == .bad ? .bad : .plain,
        labels: 22)
    }
  }
}

extension TagRule {
  /// The rule in words.
  var summary: String { words.joined(separator: "; ") }
}

extension PlatformComparison {
  /// One line: the platform, how both sides stand, and digests that say so.
  fileprivate func text(
    _ selection: PlatformSelection?, _ symbols: Symbols, isSourceRead: Bool, isCopyRead: Bool
  ) -> (String, Role) {
    func short(_ digest: Digest?) -> String { digest.map { String($0.hex.prefix(12)) } ?? symbols.nothing }
    let label = name + String(repeating: " ", count: max(16 - name.columns, 0))
    guard isSourceRead, isCopyRead else { return ("\(label) \(short(source ?? destination))", .plain) }
    if source == destination { return ("\(label) \(short(source)) \(symbols.equal) same", .good) }
    if destination == nil, let selection, !isSelected(by: selection) {
      return ("\(label) \(short(source)) not selected", .faint)
    }
    let words = source == nil ? "only here" : destination == nil ? "only at the source" : "differs"
    return ("\(label) \(short(source)) \(symbols.unequal) \(short(destination)) \(words)", .warning)
  }

  /// What is no platform belongs to an image, which tells.
  private func isSelected(by selection: PlatformSelection) -> Bool {
    let name = String(name.map { $0 == " " ? ":" : $0 })
    return (try? PlatformName(name)).map(selection.selects) ?? false
  }
}
