import AWSClient
import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support
import Testing

@testable import AWSBackend

struct MirrorItemTests {
  /// A row that somebody wrote by hand.
  static func item(_ attributes: DynamoItem = [:]) -> MirrorItem {
    MirrorItem(
      ["Source": .string("r.example/a:1"), "Destination": .string("d.example/a")].merging(attributes) { $1 })
  }

  // MARK: - Reading

  @Test(
    "Every form of Destination that tables in use hold is read",
    arguments: [
      (AttributeValue.string("d.example/a"), ["d.example/a"]),
      (.string("d.example/a,e.example/a:2"), ["d.example/a", "e.example/a:2"]),
      (.string(" d.example/a , , e.example/a ,"), ["d.example/a", "e.example/a"]),
      (.strings(["e.example/a", "d.example/a"]), ["d.example/a", "e.example/a"]),
      (.list([.string("e.example/a"), .string("d.example/a")]), ["e.example/a", "d.example/a"]),
      (.list([.string("e.example/a, d.example/a")]), ["e.example/a", "d.example/a"]),
    ])
  func destinations(value: AttributeValue, expected: [String]) throws {
    #expect(try Self.item(["Destination": value]).entry().destinations == expected)
  }

  @Test("A row of two attributes is a mirror; every other one is read as what it says")
  func whole() throws {
    #expect(
      try Self.item().entry() == MirrorEntry(source: "r.example/a:1", destinations: ["d.example/a"]))
    let entry = try Self.item([
      "Expires": .number("1767225600.9"), "Enabled": .bool(false),
      "Tags": .map([
        "include": .strings(["v2", "v1"]), "exclude": .list([.string("*-rc")]), "semver": .string(">1"),
        "suffix": .string("-alpine"),
        "latest": .number("5"), "note": .string("kept"),
      ]), "Options": .map(["platforms": .list([.string("linux/amd64")])]), "Team": .string("x"),
      "Old": .null,
    ]).entry()
    #expect(
      entry
        == MirrorEntry(
          source: "r.example/a:1", destinations: ["d.example/a"], expires: Date(timeIntervalSince1970: 1_767_225_600),
          enabled: false,
          tags: TagRule(include: ["v1", "v2"], exclude: ["*-rc"], semver: ">1", suffix: "-alpine", latest: 5),
          options: ["platforms": .array([.string("linux/amd64")])], other: ["Team": .string("x"), "Old": .null]))
  }

  @Test("NULL is as good as nothing", arguments: ["Expires", "Enabled", "Tags", "Options", "Observed"])
  func null(name: String) throws {
    #expect(try Self.item([name: .null]).entry() == Self.item().entry())
  }

  static let bad: [(String, AttributeValue?, String)] = [
    ("Source", nil, "its Source is missing; it must be a string (S)"),
    ("Source", .number("1"), "its Source is the number 1 (N); it must be a string (S)"),
    ("Destination", nil, "its Destination is missing; it must be a string (S), or a set (SS) or list (L) of them"),
    ("Destination", .string(""), "its Destination is empty"), ("Destination", .string(" , "), "its Destination is the"),
    ("Destination", .list([]), "its Destination is empty"), ("Destination", .null, "its Destination is NULL"),
    ("Destination", .number("7"), "its Destination is the number 7 (N)"),
    ("Destination", .list([.string("d.example/a"), .number("7")]), "its Destination is a list (L)"),
    ("Destination", .map(["x": .string("d")]), "its Destination is a map (M)"),
    (
      "Expires", .string("1767225600"), "its Expires is the string '1767225600' (S); it must be a number (N) of seconds"
    ),
    ("Expires", .number("-1"), "its Expires is the number -1 (N)"),
    ("Expires", .number("1e30"), "its Expires is the number 1e30 (N)"),
    ("Expires", .number("1767225600000"), "its Expires is the number 1767225600000 (N)"),
    ("Expires", .number("1e400"), "its Expires is the number 1e400 (N)"),
    ("Expires", .number("9223372036854775807"), "its Expires is the number 9223372036854775807 (N)"),
    ("Expires", .number("nan"), "its Expires is the number nan (N)"),
    ("Expires", .bool(true), "its Expires is true (BOOL)"),
    ("Enabled", .string("false"), "its Enabled is the string 'false' (S); it must be true or false (BOOL)"),
    ("Enabled", .number("0"), "its Enabled is the number 0 (N)"),
    ("Tags", .string("latest"), "its Tags is the string 'latest' (S); it must be a map (M)"),
    ("Tags", .map(["include": .number("1")]), "its Tags.include is the number 1 (N); it must be a list (L) of strings"),
    ("Tags", .map(["exclude": .list([.null])]), "its Tags.exclude is a list (L)"),
    ("Tags", .map(["suffix": .bool(true)]), "its Tags.suffix is true (BOOL); it must be a string (S) such as -alpine"),
    ("Tags", .map(["semver": .number("1")]), "its Tags.semver is the number 1 (N); it must be a string (S)"),
    ("Tags", .map(["latest": .string("5")]), "its Tags.latest is the string '5' (S); it must be a whole number (N)"),
    ("Tags", .map(["latest": .number("2.5")]), "its Tags.latest is the number 2.5 (N)"),
    ("Options", .list([.string("x")]), "its Options is a list (L); it must be a map (M)"),
    ("Expires", .string("\u{1b}[31m"), "its Expires is the string '\u{fffd}[31m' (S)"),
    ("Expires", .string(String(repeating: "9", count: 500)), "its Expires is the string '99999"),
  ]

  @Test("A row that cannot be read names the attribute, what it is, and what would be right", arguments: bad)
  func unreadable(name: String, value: AttributeValue?, reason: String) {
    var attributes = Self.item().attributes
    attributes[name] = value
    let error = #expect(throws: MirrorError.self) { try MirrorItem(attributes).entry() }
    #expect(error?.description.hasPrefix(reason) == true, "\(String(describing: error))")
    #expect((error?.description.count ?? 0) < 250)
  }

  @Test(
    "What is no observation is as good as none, and does no harm to the others",
    arguments: [
      AttributeValue.null, .string("x"), .map([:]), .map(["state": .string("splendid")]),
      .map(["state": .string("in-sync")]),
      .map(["state": .string("in-sync"), "since": .string("yesterday"), "checked": .string("2026-01-01T00:00:00Z")]),
      .map(["state": .string("in-sync"), "since": .number("1"), "checked": .number("1")]),
      .map([
        "state": .string("in-sync"), "since": .string("99999-01-01T00:00:00Z"),
        "checked": .string("2026-01-01T00:00:00Z"),
      ]),
    ])
  func observedGarbage(value: AttributeValue) throws {
    let good = Observed(
      state: .drifted, since: Date(timeIntervalSince1970: 1), checked: Date(timeIntervalSince1970: 2.5))
    let item = Self.item(["Observed": .map(["a": value, "b": ObservedAttribute.encode(good)])])
    #expect(try item.entry().observed == ["b": good])
    #expect(try Self.item(["Observed": value]).entry().observed.isEmpty)
  }

  @Test("What was seen comes back to the millisecond, however often it is read and written")
  func observed() throws {
    for _ in 0..<500 {
      let digest = Digest.sha256(of: (0..<4).map { _ in UInt8.random(in: 0...255) })
      var observed = Observed(
        state: try #require(DestinationState.allCases.randomElement()), sourceDigest: digest,
        digest: Bool.random() ? digest : nil, since: Date(timeIntervalSince1970: .random(in: 0...4e9)),
        checked: Date(timeIntervalSince1970: .random(in: 0...4e9)), error: Bool.random() ? "e" : nil, job: "j",
        converted: Bool.random() ? Conversion(from: digest, to: digest) : nil)
      let first = try #require(ObservedAttribute.decode(ObservedAttribute.encode(observed)))
      #expect(abs(first.since.timeIntervalSince(observed.since)) < 0.000_6)
      #expect(ObservedAttribute.decode(ObservedAttribute.encode(first)) == first)
      (observed.since, observed.checked) = (first.since, first.checked)
      #expect(first == observed)
    }
  }

  // MARK: - Writing

  @Test("A new row has what it says and a map for what will be seen; what is as usual is left out")
  func new() {
    #expect(
      MirrorItem.new(MirrorEntry(source: "r.example/a:1", destinations: ["d.example/a", "e.example/a"]))
        == [
          "Source": .string("r.example/a:1"), "Destination": .string("d.example/a,e.example/a"), "Observed": .map([:]),
        ])
    let entry = MirrorEntry(
      source: "r.example/a", destinations: ["d.example/a"], expires: Date(timeIntervalSince1970: 7.9), enabled: false,
      tags: TagRule(include: ["v*"], latest: 2), options: ["x": .bool(true)],
      other: ["Team": .string("t"), "Source": .string("no"), "Expires": .string("no"), "Observed": .null])
    #expect(
      MirrorItem.new(entry)
        == [
          "Source": .string("r.example/a"), "Destination": .string("d.example/a"), "Expires": .number("7"),
          "Enabled": .bool(false), "Tags": .map(["include": .list([.string("v*")]), "latest": .number("2")]),
          "Options": .map(["x": .bool(true)]), "Team": .string("t"), "Observed": .map([:]),
        ])
  }

  @Test(
    "A change keeps the form that the row has",
    arguments: [
      (AttributeValue.string("d.example/a"), AttributeValue.string("x.example/a,y.example/a")),
      (.strings(["d.example/a"]), .strings(["x.example/a", "y.example/a"])),
      (.list([.string("d.example/a")]), .list([.string("x.example/a"), .string("y.example/a")])),
    ])
  func form(before: AttributeValue, after: AttributeValue) throws {
    let item = Self.item(["Destination": before, "Team": .numbers(["1"])])
    let now = try item.entry()
    var new = now
    new.destinations = ["x.example/a", "y.example/a"]
    #expect(item.changes(from: now, to: new) == ["Destination": after])
  }

  @Test("Only what changed is written, and what it holds besides is kept")
  func changes() throws {
    let item = Self.item([
      "Expires": .number("7.5"), "Enabled": .null, "Tags": .map(["latest": .number("5"), "note": .binary([1])]),
      "Options": .map(["a": .strings(["x"]), "b": .number("1")]), "Team": .strings(["x"]), "N": .number("1"),
    ])
    let now = try item.entry()
    var new = now
    #expect(item.changes(from: now, to: new).isEmpty)
    new.tags?.latest = 6
    new.options["b"] = .integer(2)
    new.options["c"] = .null
    new.enabled = false
    new.expires = nil
    new.other = ["Team": .object(["SS": .array([.string("y")])]), "More": .array([.bool(true)])]
    let expected: [String: AttributeValue?] = [
      "Tags": .map(["latest": .number("6"), "note": .binary([1])]),
      "Options": .map(["a": .strings(["x"]), "b": .number("2"), "c": .null]), "Enabled": .bool(false),
      "Expires": nil, "Team": .strings(["y"]), "More": .list([.bool(true)]), "N": nil,
    ]
    #expect(item.changes(from: now, to: new) == expected)
    (new.tags, new.options) = (nil, [:])
    let changes = item.changes(from: now, to: new)
    #expect(changes["Tags"] == .some(.none) && changes["Options"] == .some(.none))
  }

  @Test("An update sets, removes and forgets; the condition holds while the definition is as it was read")
  func expressions() throws {
    let item = Self.item(["Expires": .number("7"), "Observed": .map(["a": .null, "b": .null])])
    let changes: [String: AttributeValue?] = ["Enabled": .bool(false), "Expires": nil]
    let update: DynamoExpression =
      "SET \(name: "Enabled") = \(value: .bool(false)) REMOVE \(name: "Expires"), \(name: "Observed").\(name: "a")"
    #expect(item.update(changes, forgetting: ["a", "never"]) == update)
    let condition: DynamoExpression = """
      \(name: "Destination") = \(value: .string("d.example/a")) AND attribute_not_exists(\(name: "Enabled")) AND \
      \(name: "Expires") = \(value: .number("7")) AND attribute_not_exists(\(name: "Options")) AND \
      attribute_not_exists(\(name: "Tags")) AND attribute_not_exists(\(name: "Team"))
      """
    #expect(item.isUnchanged(["Team"]) == condition)
    #expect(item.update([:], forgetting: ["never"]) == nil)
    #expect(Self.item().update([:], forgetting: ["a"]) == nil)
    let many = Dictionary(uniqueKeysWithValues: (0...MirrorItem.manyKeys).map { ("d\($0)", AttributeValue.null) })
    let everything: DynamoExpression = "SET \(name: "Observed") = \(value: .map([:]))"
    #expect(Self.item(["Observed": .map(many)]).update([:], forgetting: Set(many.keys)) == everything)
  }

  @Test("Dates that no row can hold are written as the last or first that one can")
  func absurdDates() {
    #expect(Date(timeIntervalSince1970: 1e300).expiryAttribute == .number("253402300799"))
    #expect(Date(timeIntervalSince1970: -1e300).expiryAttribute == .number("0"))
  }
}
