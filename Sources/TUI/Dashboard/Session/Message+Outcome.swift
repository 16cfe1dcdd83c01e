import FoundationEssentials
import MirrorCore
import Support

extension Message {
  static func failure(_ what: String, _ error: any Error) -> Message {
    Message(at: .now, severity: .bad, text: "\(what): \(Failure(error).sentence)".cleaned)
  }

  /// What a check found.
  static func checked(_ report: SweepReport) -> Message {
    let found = states(report.found)
    let text = "checked \(counted(report.mirrors, "mirror")): \(found.isEmpty ? "none is active" : found)"
    return Message(at: .now, report, text)
  }

  /// What a mirroring found and set going.
  static func mirrored(_ report: SweepReport) -> Message {
    let new = report.submissions.count { $0.isNew }
    let old = report.submissions.count - new
    var parts: [String] = []
    if new > 0 { parts.append("queued \(counted(new, "job"))") }
    if old > 0 { parts.append("\(counted(old, "job")) already under way") }
    if parts.isEmpty { parts.append("nothing to copy") }
    let others = report.found.filter { $0.key != .drifted && $0.key != .missing }
    let rest = states(others)
    return Message(at: .now, report, parts.joined(separator: ", ") + (rest.isEmpty ? "" : "; \(rest)"))
  }

  /// What came of starting a run.
  static func started(_ start: RunStart) -> Message {
    switch start {
    case .done(let report): return mirrored(report)
    case .elsewhere(let started):
      let job = started.job.map { " as control job \($0)" } ?? ""
      return Message(at: .now, severity: .good, text: "run \(started.run) is starting in AWS\(job)".cleaned)
    }
  }

  /// What was written of a change to rows, and what was not.
  ///
  /// - Parameters:
  ///   - verb: as in `cannot delete`, and `done` as in `deleted`.
  ///   - sources: what was to be changed.
  static func changed(_ edit: RowsEdit, _ verb: String, _ done: String, of sources: [String]) -> Message {
    let change = edit.change
    guard let first = change.left.first else {
      let text = change.written.isEmpty ? "nothing was changed" : "\(edit.what); U undoes it"
      return Message(at: .now, severity: .good, text: text.cleaned)
    }
    if sources.count == 1 {
      return Message(at: .now, severity: .bad, text: "cannot \(verb) \(first.source): \(first.reason)".cleaned)
    }
    let count = counted(change.written.count, "mirror")
    let text = change.written.isEmpty ? "no mirror was changed" : "\(done) \(count) of \(sources.count)"
    return Message(at: .now, severity: .bad, text: "\(text); not done: \(named(change.left))".cleaned)
  }

  /// - Parameters:
  ///   - rows: of the file.
  ///   - notes: how much of it a row cannot say.
  static func imported(_ edit: RowsEdit, of rows: Int, notes: Int) -> Message {
    let written = edit.change.written
    let added = written.count { $0.old == nil }
    let words = "added \(added), changed \(written.count - added), \(rows - written.count) unchanged"
    let back = written.isEmpty ? "" : "; U undoes it"
    let said = notes > 0 ? "; `ecrmirror import --dry-run` shows \(counted(notes, "note")) about the file" : ""
    return Message(at: .now, severity: notes > 0 ? .warning : .good, text: words + back + said)
  }

  static func undone(_ edit: RowsEdit, _ change: RowsChanged) -> Message {
    let rows = edit.change.written.count
    let back = change.written.count
    if change.left.isEmpty {
      return Message(at: .now, severity: .good, text: "undone: \(edit.what)".cleaned)
    }
    let words = back == 0 ? "cannot undo" : "undone for \(back) of \(rows)"
    return Message(
      at: .now, severity: .warning, text: "\(words): \(edit.what); not undone: \(named(change.left))".cleaned)
  }

  private static func named(_ left: [RowsChanged.Left]) -> String {
    guard let first = left.first else { return "" }
    let rest = left.count > 1 ? " (and \(left.count - 1) more)" : ""
    return "\(first.source): \(first.reason)\(rest)"
  }

  private init(at: Date, _ report: SweepReport, _ text: String) {
    var text = text
    if let first = report.skipped.first {
      let more = report.skipped.count > 1 ? " (and \(report.skipped.count - 1) more)" : ""
      text += "; skipped \(first.source): \(first.reason)\(more)"
    }
    let hasProblem = !report.skipped.isEmpty || report.found.contains { $0.key.isProblem && $0.value > 0 }
    self.init(at: at, severity: hasProblem ? .warning : .good, text: text.cleaned)
  }

  private static func states(_ counts: [DestinationState: Int]) -> String {
    DestinationState.allCases.compactMap { state in
      counts[state].flatMap { $0 > 0 ? "\(state.rawValue) \($0)" : nil }
    }.joined(separator: ", ")
  }
}
