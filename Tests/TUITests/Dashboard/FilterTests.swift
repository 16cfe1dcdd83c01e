import MirrorCore
import Testing

@testable import TUI

@Suite struct FilterTests {
  static func shown(_ text: String) throws -> [String] {
    let filter = try Filter(text, fields: MirrorRow.fields)
    return Sample.mirrors.filter(filter.matches).map(\.id)
  }

  @Test(
    "Words, inverse words and fields choose rows",
    arguments: [
      ("alpine", ["docker.io/library/alpine:3.20"]),
      ("ALPINE library", ["docker.io/library/alpine:3.20"]),
      ("state:missing", ["ghcr.io/example/tool:1"]),
      ("state:fail,queued", ["docker.io/library/redis:7", "ghcr.io/example/app:2.0"]),
      ("state:un ghcr", []),
      ("library !alpine !redis !postgres", ["docker.io/library/nginx:1.27"]),
      ("!state:in-sync docker.io/library/r", ["docker.io/library/redis:7"]),
      ("registry.example.com: no", ["registry.example.com/x/dead:1"]),
      ("state:unreadable", ["zzz bad row"]),
      ("nosuchword", []),
    ])
  func chooses(text: String, expected: [String]) throws {
    #expect(try Self.shown(text) == expected)
  }

  @Test("An empty filter shows everything", arguments: ["", "   "]) func empty(text: String) throws {
    #expect(try Self.shown(text).count == Sample.mirrors.count)
  }

  @Test(
    "What says nothing is refused with what there is",
    arguments: [
      ("state:bogus", "no state begins with bogus; there are: in-sync"), ("state:", "state: needs one of"),
      ("!", "! needs a word"), ("state:drifted,zzz", "begins with zzz"),
    ])
  func refuses(text: String, words: String) {
    let error = #expect(throws: FilterError.self) { try Self.shown(text) }
    #expect(error?.description.contains(words) == true)
  }

  @Test(
    "A filter that narrows another is known as such",
    arguments: [
      ("al", "alp", true), ("al", "al x", true), ("alp", "al", false), ("!al", "!alp", false), ("", "x", false),
      ("a b", "a", false), ("al x", "alp x", false), ("state:drifted", "state:drifted x", true),
    ])
  func narrows(old: String, new: String, expected: Bool) throws {
    let fields = MirrorRow.fields
    let isNarrower = try Filter(new, fields: fields).narrows(Filter(old, fields: fields))
    #expect(isNarrower == expected)
  }

  @Test(
    "Typing a filter shows the same rows as giving it at once", arguments: ["ghcr example !tool", "state:in-sync alp"])
  func typing(text: String) throws {
    var state = Sample.state()
    state.type("/")
    for character in text { state.type(String(character)) }
    state.type("<Enter>")
    let wanted = try Self.shown(text)
    #expect(state.mirrors.visible.map { state.mirrors.rows[$0].id }.sorted() == wanted.sorted())
    state.type("/" + String(repeating: "<Backspace>", count: text.count) + "<Enter>")
    #expect(state.mirrors.count == Sample.mirrors.count)
  }

  @Test(
    "Bytes are found wherever they stand",
    arguments: [("", true), ("abc", true), ("c", true), ("bcd", false), ("abcd", false), ("ab", true)])
  func bytes(needle: String, expected: Bool) {
    #expect(Array("abc".utf8).contains(bytes: Array(needle.utf8)) == expected)
    #expect([UInt8]().contains(bytes: Array("x".utf8)) == false)
    #expect(Array("aaab".utf8).contains(bytes: Array("aab".utf8)))
  }
}
