import Foundation
import MirrorCore
import Terminal
import Testing

@testable import TUI

/// Screens compared with saved ones in `Tests/Golden`. `UPDATE_GOLDEN=1 swift test` writes them anew, for a person to
/// look at the difference.
@Suite struct GoldenTests {
  static let sizes = [
    Size(rows: 24, columns: 80), Size(rows: 40, columns: 120), Size(rows: 50, columns: 200),
    Size(rows: 10, columns: 40),
  ]

  static let scripts: [(name: String, keys: String)] = [
    ("mirrors", ""),
    ("mirrors-marked", "j j"),
    ("mirrors-filter", "/state:drifted,missing !tool"),
    ("mirrors-filter-error", "/state:bogus"),
    ("mirrors-sorted", "O"),
    ("names", "j"),
    ("names-by-source", "O"),
    ("names-grouped", "bjj"),
    ("names-wide", "W"),
    ("names-filter", "/elsewhere<Enter>"),
    ("mirrors-wide", "W<Right>"),
    ("mirrors-grouped", "bjjz"),
    ("mirrors-by-registry", ":group registry<Enter>Zj"),
    ("palette", ":m"),
    ("palette-error", ":nonsense<Enter>"),
    ("mirror", "j<Enter>"),
    ("jobs", "2"),
    ("job", "2jj<Enter>"),
    ("log-filtered", "2jj<Enter>z"),
    ("history", "3"),
    ("record", "3<Enter>"),
    ("messages", "y7"),
    ("runs", "4"),
    ("run", "4<Enter>"),
    ("activity", "8"),
    ("runs-paused", "4"),
    ("problems-machinery", "6"),
    ("problem-queue", "6g<Enter>"),
    ("timer", "4T"),
    ("registries", "5"),
    ("registry", "5j<Enter>"),
    ("problems", "6j"),
    ("help", "?"),
    ("add", "adocker.io/library/<Tab>x"),
    ("delete", "jD"),
    ("mirror-drifted", "M"),
    ("plan", "M"),
    ("delete-many", "*Ddelete"),
    ("platforms", "/nginx<Enter><Enter>P"),
    ("difference", "/nginx<Enter>="),
    ("run-now", "R"),
    ("edit", "je"),
    ("cancel", "2jK"),
    ("log", "2jj<Enter>lwt"),
    ("said", "6jy"),
    ("wide-characters", "jj"),
    ("wide-characters-filter", "/あ"),
    ("wide-characters-detail", "G<Enter>"),
  ]

  static let withAutomation: Set = ["runs-paused", "problems-machinery", "problem-queue", "timer"]

  @Test("Screens are as saved", arguments: sizes, scripts)
  func screens(size: Size, script: (name: String, keys: String)) throws {
    var state = Sample.state(
      rows: size.rows, columns: size.columns, load: script.name.hasPrefix("names") ? Sample.names : Sample.load,
      isAsStarted: true)
    if Self.withAutomation.contains(script.name) { _ = state.reduce(.automation(Sample.automation)) }
    if script.name.hasPrefix("wide") {
      _ = state.reduce(.loaded(Load(at: Sample.now, mirrors: Sample.unruly, jobs: [], lastSweep: nil)))
    }
    state.type(script.keys)
    if script.name == "history" || script.name.hasPrefix("runs") || script.name == "mirrors" {
      _ = state.reduce(.history(Sample.history, of: .all))
    }
    if script.name == "plan" { _ = state.reduce(.planned(1, PlanQuestionTests.plan(left: 0))) }
    if script.name == "activity" { for event in Sample.activity { _ = state.reduce(event) } }
    if script.name == "record" || script.name == "run" {
      _ = state.reduce(.history(Sample.history, of: .all))
      state.type("<Enter>")
    }
    if script.name == "registries" || script.name == "registry" {
      _ = state.reduce(.registries(Sample.registries, signIns: Sample.signIns))
    }
    if state.place.view == .mirror { _ = state.reduce(.history(Sample.history, of: .mirror(state.place.id))) }
    if script.name == "platforms" {
      for (reference, look) in Sample.looks { _ = state.reduce(.inspected(reference, look)) }
    }
    if script.name == "difference" { _ = state.reduce(try Sample.compared(state.place)) }
    if let log = state.log {
      let lines = (1...30).map {
        LogLine(time: nil, text: "line \($0) of the log, with \u{1b}[31mcolours\u{1b}[0m cleaned")
      }
      _ = state.reduce(.log(LogPage(lines: lines, cursor: "1", attempt: 2, skipped: 5), of: log.source))
      if script.name == "log-filtered" { state.type("&/line .[05]/<Enter>/log<Enter>") }
    }
    try compare(state.render().grid, "\(script.name)-\(size.columns)x\(size.rows)")
  }

  @Test("Without UTF-8 the screen is ASCII") func ascii() throws {
    var state = Sample.state(isASCII: true, isAsStarted: true)
    state.type(" ")
    let text = state.render().grid.text
    #expect(text.utf8.count == text.count)
    try compare(state.render().grid, "ascii-80x24")
  }

  @Test("Read-only says so, and its footer and help hold nothing that changes anything") func readOnly() throws {
    var state = Sample.state(isReadOnly: true, isAsStarted: true)
    try compare(state.render().grid, "read-only-80x24")
    state.type("?")
    #expect(!state.render().grid.text.contains("delete"))
  }

  @Test("Empty, loading, failing and stale installations say so in words")
  func words() throws {
    var state = Sample.state(load: nil, isAsStarted: true)
    #expect(state.render().grid.text.contains("reading /home/ann"))
    _ = state.reduce(Sample.failure("no such table", in: 4))
    #expect(state.render().grid.text.contains(" error, retrying in 4s"))
    #expect(state.render().grid.text.contains("no such table"))
    _ = state.reduce(.loaded(Load(at: Sample.now, mirrors: [], jobs: [], lastSweep: nil)))
    #expect(state.render().grid.text.contains("no mirrors yet: press a to add one"))
    _ = state.reduce(.loaded(Sample.load))
    _ = state.reduce(.tick(Sample.now.addingTimeInterval(60)))
    let ended = MirrorError(
      .backend, "DynamoDB cannot be called for GetItem: the SSO session of the profile 'prod' has expired",
      Outage(.signedOut, "run `aws sso login --profile prod`, and this continues automatically"))
    _ = state.reduce(
      .loadFailed(Failure(ended), at: Sample.now.addingTimeInterval(60), retry: Sample.now.addingTimeInterval(62)))
    for size in Self.sizes + [Size(rows: 5, columns: 20)] {
      _ = state.reduce(.resized(size))
      try compare(state.render().grid, "stale-\(size.columns)x\(size.rows)")
    }
  }

  private func compare(_ grid: Grid, _ name: String, at location: SourceLocation = #_sourceLocation) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Golden").standardizedFileURL
    let file = folder.appendingPathComponent("\(name).txt")
    let text = grid.text + "\n"
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let saved = try String(contentsOf: file, encoding: .utf8)
    #expect(text == saved, "\(name) differs from Tests/Golden/\(name).txt", sourceLocation: location)
  }
}
