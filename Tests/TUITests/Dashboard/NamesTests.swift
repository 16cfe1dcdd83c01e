import MirrorCore
import OCIRegistry
import Terminal
import TestSupport
import Testing

@testable import TUI

@Suite struct NamesTests {
  /// What each line of the whole list shows of its row, without what its state is.
  private func names(_ state: State) -> [String: String] {
    let list = state.mirrors
    let columns = ColumnLayout(list.columns, widest: list.widest, x: 2, width: state.size.columns - 2)
    var brush = Brush(now: state.now, symbols: state.symbols)
    let shown = columns.slots.filter { ["SOURCE", "DESTINATION"].contains(list.columns[$0.column].title) }
    return Dictionary(
      uniqueKeysWithValues: list.rows.map { row in
        let cells = shown.map { slot in
          let text = list.columns[slot.column].cell(row, slot.width, &brush).text
          #expect(text.columns <= slot.width, "\(row.id)")
          return text
        }
        return (row.id, cells.joined(separator: "  "))
      })
  }

  @Test(
    "At 80 columns no two rows look alike and no tag of 40 characters is cut, with a pattern or without",
    arguments: [true, false])
  func apart(hasPattern: Bool) {
    var load = Sample.names
    if !hasPattern {
      let rows = RealNames.references.enumerated().map { number, source in
        MirrorRow(Sample.mirror(source, to: ["registry.example.com/team-\(number)/image:\(number)"], .drifted))
      }
      load = Load(at: Sample.now, mirrors: rows, jobs: [], lastSweep: nil)
    }
    let state = Sample.state(load: load)
    #expect((state.overview.pattern != nil) == hasPattern)
    let names = names(state)
    #expect(names.count == RealNames.references.count)
    #expect(Set(names.values).count == names.count)
    for (source, name) in names {
      let tag = source.split(separator: ":").last ?? ""
      if tag.count <= ShortReference.wholeTag { #expect(name.contains(":\(tag)"), "\(source)") }
    }
  }

  @Test("Where all goes by one pattern it is said once, and a destination only where it is another") func pattern() {
    var state = Sample.state(load: Sample.names)
    let screen = state.render().grid.text
    #expect(screen.split(separator: "\n").dropLast(3).count { $0.contains("eu-central-1/mirror/") } == 1)
    state.type("/elsewhere<Enter>")
    let rows = state.render().grid.text.split(separator: "\n").dropLast(3).filter { $0.contains(" → ") }
    #expect(rows.count == 1 + state.mirrors.count)
    #expect(rows.dropFirst().allSatisfy { $0.contains("/elsewhere") })
  }

  @Test("Below the heading of a repository stand tags only, below that of a registry what follows it")
  func headings() {
    var state = Sample.state(rows: 39, load: Sample.names)
    state.type("/library/alpine<Enter>:group repository<Enter>")
    let lines = state.render().grid.text.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("  3.20.3 ") })
    #expect(!lines.dropFirst(4).dropLast(4).contains { !$0.contains("▾") && $0.contains("library/") })
    state.type(":group registry<Enter>")
    #expect(state.render().grid.text.contains("\n  alpine:3.20.3 "))
  }

  @Test("Digests that are equal give their room away, and come where one differs") func digests() {
    func titles(_ states: [DestinationState]) -> String {
      let rows = states.enumerated().map { number, state in
        MirrorRow(Sample.mirror("quay.io/a/b:\(number)", to: ["r.example.com/a/b:\(number)"], state))
      }
      return Sample.state(load: Load(at: Sample.now, mirrors: rows, jobs: [], lastSweep: nil)).render().grid.text
    }
    #expect(!titles([.inSync, .inSync, .inSync]).contains("DIGESTS"))
    #expect(titles([.inSync, .inSync, .drifted]).contains("DIGESTS"))
  }

  @Test(
    "The selected row's names, reason and remedy stand in full where two lines hold them",
    arguments: [(80, 24), (120, 40), (200, 50), (60, 15)])
  func summary(columns: Int, rows: Int) {
    var state = Sample.state(rows: rows, columns: columns)
    state.paneWish = .none
    state.type("jjjj")
    let lines = state.render().grid.text.split(separator: "\n", omittingEmptySubsequences: false)
    let text = lines.suffix(3).dropLast().joined(separator: "\n")
    #expect(text.contains("ghcr.io/example/app:2.0") && text.contains("l shows why; m retries"))
    #expect(text.contains("the registry answered 500") && text.contains("team/app:2.0"))
    if columns >= 120 {
      #expect(text.contains("ghcr.io/example/app:2.0 → \(Sample.account)/team/app:2.0"))
      #expect(text.contains("the registry answered 500 three times"))
    }
    // A low screen keeps its rows.
    _ = state.reduce(.resized(Size(rows: 12, columns: columns)))
    #expect(!state.render().grid.text.contains("l shows why"))
  }

  @Test(
    "Both lines of a row fit whatever the width, and cut the reason before the remedy", arguments: [20, 40, 80, 300])
  func fits(width: Int) {
    let long = String(repeating: "it failed and ", count: 30)
    for summary in [
      RowSummary(what: RealNames.references[300], to: [RealNames.references[301]], why: long, remedy: "m again"),
      RowSummary(what: RealNames.references[300], to: Array(RealNames.references.prefix(20))), RowSummary(what: ""),
      RowSummary(what: "x", why: long), RowSummary(what: "漢字", to: ["漢字"], remedy: "m"),
    ] {
      let lines = summary.lines(width, .unicode)
      #expect(lines.count <= 2 && lines.allSatisfy { $0.columns <= width || summary.what == "漢字" })
      if summary.remedy == "m again" { #expect(lines.last?.last?.text == "m again") }
    }
  }
}
