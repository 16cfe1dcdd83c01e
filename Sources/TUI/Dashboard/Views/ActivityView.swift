import FoundationEssentials
import MirrorCore
import Support
import Terminal

extension View {
  /// Whether it is moving: the jobs at work with how far and how fast they are, those that ended last, and the copies and
  /// failures of the last day.
  static let activity = View(
    "Activity",
    .list(\.activity, of: { ActivityRow.rows(of: $0.jobs.rows, before: $0.activity.rows) }) { _ in
      ["no activity: no job is running, and none ended recently"]
    },
    tab: Tab("8", "running jobs with their rate and time left; the last 24 hours"),
    operations: [.cancel, .retry, .log], hints: [.cancel],
    watch: { _, _ in Watch(history: .all) },
    head: Head(height: 2) { state, brush in state.lastDay.lines(&brush, isWide: state.size.columns >= 60) },
    spoken: { state, title in [title, state.lastDay.sentence] })
}

extension State {
  fileprivate var lastDay: LastDay { LastDay(history.rows.map(\.item), now: now) }
}

/// What was copied and what failed in each of the last 24 hours.
struct LastDay: Sendable, Equatable {
  static let hours = 24

  /// Destinations that were copied to, and jobs that failed, the oldest hour first; nil for hours before what is kept of
  /// the history.
  private(set) var copied: [Int?]
  private(set) var failed: [Int?]

  /// - Parameter items: of the history, newest first; as many as are kept may not reach back for a day.
  init(_ items: [HistoryItem], now: Date) {
    func hour(of date: Date) -> Int? {
      let ago = now.timeIntervalSince(date) / 3600
      return ago < Double(Self.hours) ? Self.hours - 1 - max(Int(ago), 0) : nil
    }
    let isCut = items.count >= StoredHistory.most
    let first = isCut ? items.last.flatMap { hour(of: $0.at) } ?? 0 : 0
    copied = (0..<Self.hours).map { $0 < first ? nil : 0 }
    failed = copied
    for case .job(let record) in items {
      guard let hour = hour(of: record.finished) else { continue }
      copied[hour] = (copied[hour] ?? 0) + record.destinations.count { [.copied, .tagged].contains($0.outcome) }
      if !record.succeeded && !record.isCancelled { failed[hour] = (failed[hour] ?? 0) + 1 }
    }
  }

  private static func sum(_ counts: [Int?]) -> Int { counts.compactMap(\.self).reduce(0, +) }

  func lines(_ brush: inout Brush, isWide: Bool) -> [[Span]] {
    // An hour ends at any moment.
    brush.expectChange(at: brush.now.addingTimeInterval(60))
    func line(_ word: String, _ counts: [Int?], _ role: Role) -> [Span] {
      let sum = Self.sum(counts)
      return [
        Span("\(word) ", .faint), Span(brush.symbols.sparkline(counts), sum > 0 ? role : .faint),
        Span(" \(sum)", .title), Span(isWide ? " in the last \(Self.hours) hours" : "", .faint),
      ]
    }
    return [line("copied", copied, .good), line("failed", failed, .bad)]
  }

  /// In words: `In the last 24 hours: copied 3, failed 1.`
  var sentence: String {
    "In the last \(Self.hours) hours: copied \(Self.sum(copied)), failed \(Self.sum(failed))."
  }
}
