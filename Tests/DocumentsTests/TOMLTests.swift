import Support
import Testing

@testable import Documents

/// What the words are is TOML's own examples, and what Python's tomllib reads of them.
@Suite struct TOMLTests {
  private func read(_ text: String) throws -> TOMLNode { try TOMLNode(toml: Array(text.utf8)) }

  private func value(_ text: String) throws -> TOMLValue? {
    try read("a = \(text)\n").pairs().first?.value.value
  }

  @Test("A file of containers is read with its lists of tables, and each place knows its line")
  func registries() throws {
    let root = try read(
      """
      # Of Debian's own file.
      unqualified-search-registries = ["docker.io", 'quay.io'] # two
      short-name-mode="permissive"

      [[registry]]
      location = "example.com"
        [[registry.mirror]]
        location = "one.example"
        insecure = true
        [[registry.mirror]]
        location = "two.example"
      [[registry]]\r
      prefix = "other.example"
      [aliases]
        # Names with slashes stand in quotes.
        "fedora/x" = "registry.example.com/fedora/x"
      """)
    let pairs = try root.pairs()
    #expect(pairs.map(\.key) == ["aliases", "registry", "short-name-mode", "unqualified-search-registries"])
    #expect(try pairs[3].value.texts() == ["docker.io", "quay.io"])
    let registries = try pairs[1].value.list()
    #expect(registries.map(\.line) == [5, 12])
    let mirrors = try #require(try registries[0].pairs().last).value.list()
    #expect(mirrors.map(\.line) == [7, 10])
    #expect(try mirrors[0].pairs().first?.value.flag() == true)
    #expect(try registries[1].pairs().map(\.key) == ["prefix"])
    #expect(try pairs[0].value.pairs().map(\.key) == ["fedora/x"])
  }

  @Test(
    "Values are read as TOML has them",
    arguments: [
      (#""a\tb\u00e9\U0001f600\"""#, TOMLValue.text("a\tbé😀\"")), (#"'C:\x'"#, .text(#"C:\x"#)),
      ("\"\"\"\none\ntwo \\\n   three\"\"\"\"", .text("one\ntwo three\"")), ("'''\r\na\\b'''", .text("a\\b")),
      ("+1_000", .integer(1000)), ("-0", .integer(0)), ("0xdead_beef", .integer(0xdead_beef)), ("0o17", .integer(15)),
      ("0b101", .integer(5)), ("-9223372036854775808", .integer(.min)), ("1.5e-3", .number(0.0015)),
      ("6E2", .number(600)),
      ("-inf", .number(-.infinity)), ("true", .flag(true)), ("1979-05-27 07:32:00Z", .time("1979-05-27 07:32:00Z")),
      ("07:32:00.999", .time("07:32:00.999")), ("[]", .list([])),
      (
        "[ 1, # one\n [2,],\n]",
        .list([TOMLNode(line: 1, .integer(1)), TOMLNode(line: 2, .list([TOMLNode(line: 2, .integer(2))]))])
      ),
      (
        "{b.c = 1, 'd' = false}",
        .table([
          "b": TOMLNode(line: 1, .table(["c": TOMLNode(line: 1, .integer(1))])), "d": TOMLNode(line: 1, .flag(false)),
        ])
      ),
    ])
  func values(text: String, expected: TOMLValue) throws {
    #expect(try value(text) == expected)
  }

  @Test(
    "What is no TOML is a mistake with its line",
    arguments: [
      ("a = 1\nb = yes\n", 2), ("a = \"open\nb = 1\n", 1), ("\n\na = '''open\n", 3), ("a = 1 b = 2\n", 1),
      ("a = 1\na = 2\n", 2), ("[a]\n[a]\n", 2), ("a = []\n[[a]]\n", 2), ("[[a]]\n[a]\n", 2), ("a = {}\na.b = 1\n", 2),
      ("a.b = 1\n[a]\n", 2), ("[a.b]\n[a]\nb.c = 1\n", 3), ("a = 01\n", 1), ("a = 1__0\n", 1), ("a = 0xg\n", 1),
      ("a = 1.\n", 1), ("a = .5\n", 1), ("a = +0x1\n", 1), ("a = 9223372036854775808\n", 1), ("a =\n", 1), ("= 1\n", 1),
      ("a = \"\\x\"\n", 1), ("a = \"\\ud800\"\n", 1), ("[a\n", 1), ("[[a]\n", 1), ("a = [1\n\n", 3),
      ("a = {b = 1,}\n", 1),
      ("a = {\nb = 1}\n", 1), ("a b = 1\n", 1), ("\"\"\"a\"\"\" = 1\n", 1), ("a = 1\n\u{0}", 2), ("a = 1\rb = 2\n", 1),
      ("a = 2021-1-1\n", 1), ("a = 1979-05-27T07:32:00Zb\n", 1), ("a = 1979-13-01\n", 1), ("a = 07:60:00\n", 1),
      ("a = 1_e5\n", 1), ("a = 0x_1\n", 1), ("a = \(String(repeating: "[", count: 100_000))", 1),
      ("a = \(String(repeating: "{b=", count: 100_000))", 1), (String(repeating: "a.", count: 100_000), 1),
    ])
  func mistakes(text: String, line: Int) {
    let error = #expect(throws: DocumentError.self) { try read(text) }
    #expect(error?.line == line, "\(error?.description ?? "")")
    #expect((error?.reason.count ?? 0) < 200)
  }

  @Test("What stands where something else is wanted is a mistake with its line, and bytes that are no text are one")
  func types() throws {
    let root = try read("a = 1\nb = \"true\"\n")
    let (a, b) = (try root.pairs()[0].value, try root.pairs()[1].value)
    #expect(#expect(throws: DocumentError.self) { try a.text() }?.line == 1)
    #expect(#expect(throws: DocumentError.self) { try b.flag() }?.line == 2)
    #expect(#expect(throws: DocumentError.self) { try b.list() }?.line == 2)
    #expect(#expect(throws: DocumentError.self) { try b.pairs() }?.line == 2)
    #expect(throws: DocumentError.self) { try TOMLNode(toml: [0x61, 0x3d, 0x22, 0xff, 0x22]) }
    #expect(throws: DocumentError.self) { try TOMLNode(toml: [UInt8](repeating: 0x0a, count: TOMLParser.longest + 1)) }
    #expect(try TOMLNode(toml: [0xef, 0xbb, 0xbf]).pairs().isEmpty)
  }
}
