import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support
import Terminal

extension View {
  /// A finished job or run of the history.
  static let record = View(
    "Record", .text { state, id, width, brush in state.recordText(id, width, &brush) },
    operations: [.log, .copy],
    watch: { _, _ in Watch(history: .all) },
    subject: { state, id in
      let item = state.record(id)
      return Subject(copied: item?.subject, job: item?.job, image: item?.image)
    }, name: { state, id in state.record(id)?.subject ?? id })
}

extension Place {
  static func record(_ id: HistoryRow.ID) -> Place { Place(.record, id) }
}

extension State {
  fileprivate func record(_ id: HistoryRow.ID) -> HistoryItem? { history.rows.first { $0.id == id }?.item }

  fileprivate func recordText(_ id: String, _ width: Int, _ brush: inout Brush) -> [Line] {
    var page = TextPage(width: width)
    guard let item = record(id) else {
      page.paragraph("this record is no longer kept", .warning)
      return page.lines
    }
    page.field("result", item.result, item.role)
    switch item {
    case .run(let record):
      page.field("\(record.kind.rawValue)", record.id, .title)
      page.field("mirrors", "\(record.mirrors) checked")
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
      page.field("platforms", record.order.image.platforms?.words ?? "")
      page.field("job", record.job)
      page.field("by", record.run.map { "\(record.origin.word) \($0)" } ?? record.origin.word)
      page.field("attempts", String(record.attempts))
    }
    page.field("started", brush.moment(item.started))
    page.field("ended", "\(brush.moment(item.at)), took \(item.duration.precise)")
    if case .job(let record) = item {
      for destination in record.destinations {
        page.gap()
        page.heading("Destination")
        page.field("image", destination.reference, .title)
        page.field("outcome", destination.outcome.rawValue)
        page.field("error", destination.error ?? "", destination.outcome == .cancelled ? .plain : .bad)
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
    for job in live { page.field(job.state.word, job.title, job.state.role, labels: 11) }
    for record in records {
      page.field(
        record.word, "\(record.source): \(HistoryItem.job(record).result)",
        HistoryItem.job(record).role == .bad ? .bad : .plain, labels: 11)
    }
  }
}

extension JobRecord {
  fileprivate var word: String { succeeded ? "done" : isCancelled ? "cancelled" : "failed" }
}
