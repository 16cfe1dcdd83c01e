import FoundationEssentials
import MirrorCore
import Testing

@testable import TUI

@Suite struct FilterTests {
  static func shown(_ text: String) throws -> [String] {
    let filter = try Filter(text, fields: MirrorRow.fields, now: Sample.now)
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
      ("/^docker.*:3/", ["docker.io/library/alpine:3.20"]),
      ("/^GHCR\\.io.*(app|gone)/", ["ghcr.io/example/app:2.0", "ghcr.io/example/gone:1"]),
      ("!/example|library/ !unreadable", []),
      ("/example/fixed/", ["ghcr.io/example/fixed:1"]),
      ("/answered 500/", ["ghcr.io/example/app:2.0"]),
      ("/three times$/ state:failed", ["ghcr.io/example/app:2.0"]),
      ("registry:registry.example", ["registry.example.com/x/dead:1"]),
      (
        "registry:quay,registry.ex !state:expired,disabled", ["registry.example.com/x/dead:1", "quay.io/example/new:1"]
      ),
      ("registry:nginx", []),
      ("age:>2d", ["docker.io/library/alpine:3.20"]),
      ("age:<1m", ["docker.io/library/redis:7"]),
      ("age:>1d30m docker", ["docker.io/library/alpine:3.20"]),
      (
        "age:<11m age:>1m",
        ["docker.io/library/postgres:17", "ghcr.io/example/app:2.0", "registry.example.com/x/dead:1"]
      ),
      ("!age:>0s", ["quay.io/example/new:1", "zzz bad row"]),
    ])
  func chooses(text: String, expected: [String]) throws {
    #expect(try Self.shown(text) == expected)
  }

  @Test("Ages go on while one looks") func time() throws {
    var state = Sample.state()
    state.type("/age:>2h<Enter>")
    let before = state.mirrors.count
    _ = state.reduce(.tick(Sample.now.addingTimeInterval(5)))
    #expect(state.mirrors.count > before)
  }

  @Test("An empty filter shows everything", arguments: ["", "   "]) func empty(text: String) throws {
    #expect(try Self.shown(text).count == Sample.mirrors.count)
  }

  @Test(
    "What says nothing is refused with what there is",
    arguments: [
      ("state:bogus", "no state begins with bogus; choose from: in-sync"), ("state:", "state: needs one of"),
      ("!", "! needs a word"), ("state:drifted,zzz", "begins with zzz"),
      ("/", "/ begins a regular expression"), ("!/", "/ begins a regular expression"),
      ("/(a/", "/(a/ is not a valid pattern: a ( without its )"), ("/[z-a]/", "a range in [ ]"),
      ("/(a)\\1/", "back references"), ("/((a{1,200}){1,200}){1,200}/", "its repeats need more"),
      ("/a{99999999999999999999}/", "a { } that is not a count"), ("age:", "age: needs a time"),
      ("age:>soon", "age: needs a time, as in age:>1h"), ("registry:", "registry: needs a value"),
      ("/(a|b)*a(a|b){900}c/", "more than 1000 steps; repeat less"),
      ("/(a|b)*a(a|b){12}c/", "too complex; use less"),
      ("/" + String(repeating: "(", count: 900), "more than 50 nested groups"),
      ("/a" + String(repeating: "*", count: 900), "two quantifiers together"),
      (String(repeating: "x", count: 1001), "at most 1000 characters"),
      (String(repeating: "x ", count: 51), "at most 50 words"), ("/a/ /a/ /a/ /a/ /a/ /a/", "5 of them regular"),
      ("/" + String(repeating: "|", count: 100_000), "at most 1000 characters"),
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
    let isNarrower = try Filter(new, fields: fields, now: Sample.now)
      .narrows(Filter(old, fields: fields, now: Sample.now))
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
