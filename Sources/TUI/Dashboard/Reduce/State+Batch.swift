import FoundationEssentials
import MirrorCore
import Support
import Terminal

extension State {
  /// Takes in the jobs as they were read: what is under way, and one message when all of it is over.
  ///
  /// - Parameter last: the reading before this one; nil for the first.
  mutating func follow(_ jobs: [JobRow], since last: JobBatch.Reading?, at now: Date) {
    if batch != nil { batch?.take(jobs) } else { batch = JobBatch(jobs, since: last) }
    let rates = activity.rows.compactMap { $0.rate(at: now) }
    batch?.rate = rates.isEmpty ? nil : rates.reduce(0, +)
    guard let batch, batch.isOver else { return }
    self.batch = nil
    // What became of a single one stands in its row.
    if batch.total > 1 { say(batch.message(at: now)) }
  }

  /// `31/72 · 8 MiB/s · 4m left · 0 failed`, and on a narrow screen what there is most to know; nil where fewer than two
  /// jobs make it up.
  func batchSpans(_ now: Date) -> [Span]? {
    guard let batch, batch.total > 1 else { return nil }
    if size.columns < Self.narrow { return [Span("\(batch.over)/\(batch.total)", .busy)] }
    let dot = Span(" \(symbols.separator) ", .faint)
    var spans = [Span("\(batch.over)/\(batch.total)", .busy)]
    if let rate = batch.rate?.perSecond { spans += [dot, Span(rate)] }
    if let left = batch.left(at: now) { spans += [dot, Span("\(left.brief) left")] }
    let failed = batch.count(.failed)
    spans += [dot, Span("\(failed) failed", failed > 0 ? .bad : .plain)]
    let cancelled = batch.count(.cancelled)
    if cancelled > 0 { spans += [dot, Span("\(cancelled) cancelled")] }
    return spans
  }

  private static let narrow = 60
}

extension JobBatch {
  func message(at now: Date) -> Message {
    let (failed, cancelled) = (count(.failed), count(.cancelled))
    var parts = ["\(count(.succeeded)) done", "\(failed) failed"]
    if cancelled > 0 { parts.append("\(cancelled) cancelled") }
    let unknown = over - count(.succeeded) - failed - cancelled
    if unknown > 0 { parts.append("\(unknown) no longer in the queue") }
    let took = Duration.seconds(max(now.timeIntervalSince(began), 0)).brief
    return Message(
      at: now, severity: failed > 0 ? .warning : .good,
      text: "\(counted(total, "job")) finished in \(took): \(parts.joined(separator: ", "))"
        + (failed > 0 ? "; see the problems for the reasons" : ""))
  }
}
