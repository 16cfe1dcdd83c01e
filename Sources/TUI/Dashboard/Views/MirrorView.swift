import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support
import Terminal

extension State {
  func mirrorText(_ id: String, _ width: Int, _ brush: inout Brush) -> [Line] {
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
    for (index, destination) in status.destinations.enumerated() {
      page.gap()
      let of = status.destinations.count > 1 ? " \(index + 1) of \(status.destinations.count)" : ""
      page.heading("Destination\(of)")
      describe(destination, of: status, &page, &brush)
    }
    page.gap()
    describeHistory(of: id, &page, &brush)
    return page.lines
  }

  private func describe(
    _ destination: DestinationStatus, of status: MirrorStatus, _ page: inout TextPage, _ brush: inout Brush
  ) {
    page.field("image", destination.reference, .title)
    page.field("state", "\(destination.state.rawValue): \(destination.state.explanation)", destination.state.role)
    page.field("error", destination.error ?? "", .bad)
    if let retry = destination.retry {
      let jobs = retry.failures == 1 ? "1 job" : "\(retry.failures) jobs"
      page.field(
        "next try", "\(retry.until.rfc3339)  (in \(retry.until.since(now).brief), after \(jobs) failed)", .warning)
    }
    if destination.state.isProblem { page.field("to do", destination.state.advice) }
    page.field("digest", destination.digest?.description ?? "none seen")
    if status.sourceDigest == nil || destination.source != status.entry.source {
      page.field("from", destination.source)
      page.field("there", destination.sourceDigest?.description ?? "none seen")
    }
    describePlatforms(destination, &page, brush.symbols)
    page.field("since", moment(destination.since, &brush))
    page.field("checked", moment(destination.checkedAt, &brush))
    if let job = destination.job {
      let state = self.job(job).map { ", \($0.state.rawValue)" } ?? ""
      page.field("job", "\(job)\(state)")
    }
    if let progress = destination.progress {
      page.field("copied", progress.bar(max(min(page.width - 9, 60), 8), brush.symbols), .busy)
      page.field("", progress.summary)
    }
  }

  /// The images of both indexes beside each other, as far as they were read.
  private func describePlatforms(_ destination: DestinationStatus, _ page: inout TextPage, _ symbols: Symbols) {
    var contents: [ImageContents?] = []
    for reference in [destination.source, destination.reference] {
      switch images[reference] {
      case .read(let read): contents.append(read)
      case .reading:
        page.field("images", "asking \(reference)", .faint)
        contents.append(nil)
      case .failed(let reason):
        page.field("images", reason, .bad)
        contents.append(nil)
      case nil: contents.append(nil)
      }
    }
    let (source, copy) = (contents[0], contents[1])
    for (index, part) in PlatformComparison.make(source: source, destination: copy).enumerated() {
      let (text, role) = part.text(symbols, isSourceRead: source != nil, isCopyRead: copy != nil)
      page.field(index == 0 ? "images" : "", text, role)
    }
    if copy == nil, images[destination.reference] == nil, page.width >= 60 {
      page.field("images", "p reads the platforms here, P at the source too, which Docker Hub counts as a pull", .faint)
    }
  }

  private func describeHistory(of id: String, _ page: inout TextPage, _ brush: inout Brush) {
    page.heading("History")
    guard let mirrorHistory, mirrorHistory.mirror == id else {
      page.paragraph(historyError.map { "cannot be read: \($0)" } ?? "reading", .faint)
      return
    }
    if mirrorHistory.rows.isEmpty { page.paragraph("nothing was done for it yet", .faint) }
    for row in mirrorHistory.rows {
      page.field(
        row.item.at.rfc3339, "\(row.item.result), took \(row.item.duration.precise)", row.item.isGood ? .plain : .bad,
        labels: 22)
    }
  }

  func recordText(_ id: String, _ width: Int, _ brush: inout Brush) -> [Line] {
    var page = TextPage(width: width)
    guard let item = history.rows.first(where: { $0.id == id })?.item else {
      page.paragraph("this record is no longer kept", .warning)
      return page.lines
    }
    page.field("result", item.result, item.isGood ? .good : .bad)
    switch item {
    case .run(let record):
      page.field("\(record.kind.rawValue)", record.id, .title)
      page.field("mirrors", "\(record.mirrors) looked at")
      page.field("jobs", "\(record.submitted) queued")
      page.gap()
      page.heading("Found")
      for (state, count) in record.found.sorted(by: { $0.key < $1.key }) {
        page.field(state, String(count), DestinationState(rawValue: state)?.role ?? .plain, labels: 16)
      }
      describeJobs(of: record, &page)
      page.gap()
    case .job(let record):
      page.field("source", record.source, .title)
      if record.mirror != record.source { page.field("mirror", record.mirror) }
      page.field("digest", record.sourceDigest?.description ?? "")
      page.field("job", record.job)
      page.field("by", record.run.map { "\(record.origin.rawValue) \($0)" } ?? record.origin.rawValue)
      page.field("tries", String(record.attempts))
    }
    page.field("started", moment(item.started, &brush))
    page.field("ended", "\(moment(item.at, &brush)), took \(item.duration.precise)")
    if case .job(let record) = item {
      for destination in record.destinations {
        page.gap()
        page.heading("Destination")
        page.field("image", destination.reference, .title)
        page.field("outcome", destination.outcome.rawValue)
        page.field("error", destination.error ?? "", .bad)
        page.field("before", destination.before?.description ?? "nothing there")
        page.field("after", destination.after?.description ?? "not known")
      }
    }
    return page.lines
  }

  /// What became of the jobs that a run queued, as far as they ended.
  private func describeJobs(of run: RunRecord, _ page: inout TextPage) {
    let records = history.rows.compactMap { row -> JobRecord? in
      if case .job(let record) = row.item, record.run == run.id { record } else { nil }
    }
    let live = jobs.rows.map(\.job).filter { $0.run == run.id && $0.state.isLive }
    if records.isEmpty && live.isEmpty { return }
    page.gap()
    page.heading("Jobs")
    for job in live { page.field(job.state.rawValue, job.source, job.state.role, labels: 11) }
    for record in records {
      page.field(
        record.succeeded ? "done" : "failed", "\(record.source): \(HistoryItem.job(record).result)",
        record.succeeded ? .plain : .bad, labels: 11)
    }
  }

  func registryText(_ id: String, _ width: Int, _ brush: inout Brush) -> [Line] {
    var page = TextPage(width: width)
    guard let row = registries.rows.first(where: { $0.id == id }) else {
      page.paragraph("no mirror names the registry \(id) any more", .warning)
      return page.lines
    }
    page.field("registry", id, .title, labels: 13)
    page.field("state", row.state, row.status == nil ? .faint : row.isFine ? .good : .bad, labels: 13)
    page.field("sign-in", row.signIn?.text ?? "asking", labels: 13)
    page.field("mirrors", "\(row.use.sources) from it, \(row.use.destinations) to it", labels: 13)
    page.gap()
    page.heading("Seen by this dashboard; jobs are programs of their own, and spend from the same budget")
    guard let status = row.status else {
      page.paragraph("it was not asked for anything yet: c looks at a mirror", .faint)
      return page.lines
    }
    page.field("requests", String(status.requests), labels: 13)
    page.field("throttled", "\(status.throttled) answers said that it is asked too often", labels: 13)
    page.field("pulls left", row.pulls ?? "it names no budget", labels: 13)
    if let reset = status.resetsAt {
      page.field("resets", "\(reset.rfc3339)  (\(brush.end(reset)))", labels: 13)
    }
    page.field("counted for", status.source ?? "", labels: 13)
    if let until = status.blockedUntil {
      page.field("left alone", "until \(until.rfc3339)  (\(brush.end(until)))", .warning, labels: 13)
    }
    page.field("last error", status.lastError ?? "", .bad, labels: 13)
    return page.lines
  }

  /// A time in full and how long ago it was.
  func moment(_ date: Date?, _ brush: inout Brush) -> String {
    date.map { "\($0.rfc3339)  (\(brush.age($0)) ago)" } ?? "never"
  }
}

extension TagRule {
  /// The rule in words.
  var summary: String {
    var parts: [String] = []
    if !include.isEmpty { parts.append("include \(include.joined(separator: ", "))") }
    if !exclude.isEmpty { parts.append("exclude \(exclude.joined(separator: ", "))") }
    if let semver { parts.append("versions \(semver)") }
    if let latest { parts.append("the latest \(latest)") }
    return parts.isEmpty ? "all" : parts.joined(separator: "; ")
  }
}

extension PlatformComparison {
  /// One line: the platform, how both sides stand, and digests that say so.
  fileprivate func text(_ symbols: Symbols, isSourceRead: Bool, isCopyRead: Bool) -> (String, Role) {
    func short(_ digest: Digest?) -> String { digest.map { String($0.hex.prefix(12)) } ?? symbols.nothing }
    let label = name + String(repeating: " ", count: max(16 - name.columns, 0))
    guard isSourceRead, isCopyRead else { return ("\(label) \(short(source ?? destination))", .plain) }
    if source == destination { return ("\(label) \(short(source)) \(symbols.equal) same", .good) }
    let words = source == nil ? "only here" : destination == nil ? "only at the source" : "differs"
    return ("\(label) \(short(source)) \(symbols.unequal) \(short(destination)) \(words)", .warning)
  }
}
