import Foundation
import Interchange
import MirrorCore
import TestSupport
import Testing

@testable import TUI

@Suite struct ImportFileTests {
  /// What is read of a file of this name and content.
  private static func read(_ name: String, _ text: String) throws -> (sources: [String], notes: [String]) {
    let folder = try TemporaryFolder()
    let file = "\(folder.path)/\(name)"
    try Data(text.utf8).write(to: URL(filePath: file))
    let rows = try ImportFile.read(file, environment: ["HOST": "quay.io"])
    return (rows.entries.map(\.source), rows.notes)
  }

  @Test("Variables of a regsync file are worked out, and what a row cannot say is noted") func regsync() throws {
    let file = try Self.read(
      "regsync.yaml",
      """
      version: 1
      defaults: {parallel: 4}
      sync:
        - {source: '{{env "HOST"}}/team/app:1', target: mirror.example/app:1, type: image}
      """)
    #expect(file.sources == ["quay.io/team/app:1"] && file.notes.count == 1)
    let message = Message.imported(
      RowsEdit(what: "imported 1 row", change: RowsChanged(written: [])), of: 1, notes: file.notes.count)
    #expect(message.text.hasSuffix("1 unchanged; `ecrmirror import --dry-run` shows 1 note about the file"))
    #expect(message.severity == .warning)
  }

  @Test("A file that needs more than its name is for the command") func places() {
    let error = #expect(throws: MirrorError.self) { try Self.read("images.txt", "alpine:3\n") }
    #expect(error?.description.contains("--to") == true)
    #expect(error?.description.contains("Only `ecrmirror import` takes these") == true)
  }

  @Test("A mistake is told, and of several the first with how many others there are") func mistakes() {
    for (text, words, isAlone) in [
      ("bad row,\n", "line 1", true), ("bad row,\nworse row,\n", "(and 1 more mistake;", false),
    ] {
      let error = #expect(throws: (any Error).self) { try Self.read("table.csv", text) }
      let said = error.map { "\($0)" } ?? ""
      #expect(said.contains(words), "\(said)")
      #expect(said.contains("line 1") && said.contains("more mistake") != isAlone, "\(said)")
    }
  }
}
