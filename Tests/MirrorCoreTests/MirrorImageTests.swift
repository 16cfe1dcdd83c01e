import MemoryBackend
import OCIRegistry
import Support
import Testing

@testable import MirrorCore

struct MirrorImageTests {
  @Test(
    "A destination without a tag takes the source's",
    arguments: [
      ("r.example/a:1", ["d.example/a"], ["d.example/a:1"]),
      ("r.example/a:1", ["d.example/a:2"], ["d.example/a:2"]),
      ("r.example/a:1", ["d.example/a", "d.example/a:1", "e.example/b"], ["d.example/a:1", "e.example/b:1"]),
      ("alpine:3", ["d.example/alpine"], ["d.example/alpine:3"]),
    ])
  func destinations(source: String, given: [String], expected: [String]) throws {
    let images = try MirrorEntry(source: source, destinations: given).images()
    #expect(images.map { $0.destinations.map(\.description) } == [expected])
  }

  @Test(
    "A row that cannot work says why",
    arguments: [
      ("r.example/a", ["d.example/a"], "needs a tag"),
      ("r.example/a:1", [], "no destination"),
      ("r.example/a:1", ["r.example/a"], "the source itself"),
      ("r.example/a:1", ["d.example/A"], "destination"),
      ("r.example/a b:1", ["d.example/a"], "source"),
      ("", ["d.example/a"], "source"),
      ("r.example/a@sha256:\(String(repeating: "0", count: 64))", ["d.example/a"], "needs a tag"),
    ])
  func mistakes(source: String, destinations: [String], word: String) {
    let error = #expect(throws: MirrorError.self) {
      try MirrorEntry(source: source, destinations: destinations).images()
    }
    #expect(error?.kind == .invalid)
    #expect(error?.description.contains(word) == true, "\(error?.description ?? "no error")")
  }

  @Test("A row has 20,000 tags and no more, and fewer with many destinations: it is an error, not a short list")
  func limit() throws {
    let tags = (0...MirrorEntry.mostTags).map { "1.\($0)" }
    for (destinations, most) in [(1, 20_000), (3, 20_000), (4, 15_000)] {
      let entry = MirrorEntry(
        source: "r.example/a", destinations: (0..<destinations).map { "d.example/\($0)" }, tags: TagRule())
      #expect(try entry.images(sourceTags: Array(tags.prefix(most))).count == most)
      let error = #expect(throws: MirrorError.self) {
        try entry.images(sourceTags: Array(tags.prefix(most + 1)))
      }
      #expect(error?.description.contains("its tag rule selects \(most + 1) tags") == true)
      #expect(error?.description.contains("can have \(most); narrow the rule") == true)
      var narrow = entry
      narrow.tags?.latest = most
      #expect(try narrow.images(sourceTags: tags).count == most)
    }
  }

  @Test("A tag rule makes an image of each tag it picks")
  func rule() throws {
    let entry = MirrorEntry(
      source: "r.example/a", destinations: ["d.example/a", "e.example/b"], tags: TagRule(include: ["1.*"]))
    let images = try entry.images(sourceTags: ["1.0", "1.1", "2.0", "latest"])
    #expect(images.map(\.source.tag) == ["1.1", "1.0"])
    #expect(images.first?.destinations.map(\.description) == ["d.example/a:1.1", "e.example/b:1.1"])
  }

  @Test(
    "A tag rule wants no tags in the row",
    arguments: [("r.example/a:1", "d.example/a"), ("r.example/a", "d.example/a:1")])
  func ruleWithTags(source: String, destination: String) {
    #expect(throws: MirrorError.self) {
      try MirrorEntry(source: source, destinations: [destination], tags: TagRule()).images(sourceTags: ["1"])
    }
  }

  @Test(
    "A registry by IPv6 address is refused, at either end and with or without a tag rule (skopeo#564, container-libs#195)",
    arguments: [
      ("[::1]:5000/x:1", "d.example/x", nil), ("s.example/x:1", "[fd00:2008::242:ac11:2]:5000/x", nil),
      ("docker://[::1]/x", "d.example/x", TagRule(include: ["*"])),
    ] as [(String, String, TagRule?)])
  func addresses(source: String, destination: String, tags: TagRule?) {
    #expect {
      try MirrorEntry(source: source, destinations: [destination], tags: tags).validate()
    } throws: { error in
      "\(error)".contains("skopeo cannot copy from or to a registry by its IPv6 address; use a host name for [")
    }
  }
}

struct TagRuleTests {
  @Test("A rule that selects more than it allows waits for a person") func ceiling() throws {
    var entry = MirrorEntry(
      source: "s.example/a", destinations: ["d.example/a"], tags: TagRule(include: ["/^[0-9.]+$/"], max: 4))
    #expect(try entry.images(sourceTags: Self.tags).count == 4)
    entry.tags?.max = 3
    let error = #expect(throws: MirrorError.self) { try entry.images(sourceTags: Self.tags) }
    #expect(
      error?.description.contains(
        "its tag rule selects 4 tags, and the rule allows at most 3: narrow it, or raise its maximum with --max")
        == true)
    entry.tags?.latest = 3
    #expect(try entry.images(sourceTags: Self.tags).map(\.source.tag) == ["2.0.0", "1.10.0", "1.2.0"])
  }

  @Test(
    "Which tags never change is told by the row's option",
    arguments: [
      (JSONValue.bool(true), ["1.0", "latest"]), (.bool(false), []), (.null, []), (.array([]), []),
      (.string("1.*"), ["1.0"]), (.array([.string("/^[0-9.]+$/"), .string("x")]), ["1.0"]),
    ])
  func immutable(option: JSONValue, expected: [String]) throws {
    var entry = MirrorEntry(source: "s.example/a", destinations: ["d.example/a"], tags: TagRule(include: ["*"]))
    entry.options["immutable"] = option
    let images = try entry.images(sourceTags: ["1.0", "latest"])
    #expect(images.filter(\.isImmutable).compactMap(\.source.tag).sorted() == expected)
  }

  @Test(
    "An option that cannot be used makes the row say so",
    arguments: [
      (JSONValue.integer(1), "must be true, or a list of tag patterns"),
      (.array([.string("a"), .bool(true)]), "must be true, or a list"), (.array([.string("[")]), "'[' is invalid"),
    ])
  func unusable(option: JSONValue, words: String) throws {
    var entry = MirrorEntry(source: "s.example/a:1", destinations: ["d.example/a"])
    entry.options["immutable"] = option
    let error = #expect(throws: MirrorError.self) { try entry.validate() }
    #expect(error?.description.contains(words) == true)
  }

  static let tags = ["1.0.0", "1.2.0", "1.10.0", "2.0.0-rc.1", "2.0.0", "v3", "latest", "edge", "sha-abc"]

  @Test(
    "Rules pick tags",
    arguments: [
      (TagRule(), ["v3", "2.0.0", "2.0.0-rc.1", "1.10.0", "1.2.0", "1.0.0", "sha-abc", "latest", "edge"]),
      (TagRule(include: ["1.*"]), ["1.10.0", "1.2.0", "1.0.0"]),
      (TagRule(include: ["1.*", "edge"], exclude: ["*.0.0"]), ["1.10.0", "1.2.0", "edge"]),
      (TagRule(semver: ">=1.2 <2"), ["1.10.0", "1.2.0"]),
      (TagRule(semver: ">=1.2", latest: 2), ["v3", "2.0.0"]),
      (TagRule(semver: "^1.2"), ["1.10.0", "1.2.0"]),
      (TagRule(semver: "1.x"), ["1.10.0", "1.2.0", "1.0.0"]),
      (TagRule(semver: "2.0.0-rc.1"), ["2.0.0-rc.1"]),
      (TagRule(latest: 1), ["v3"]),
      (TagRule(include: ["nothing"]), []), (TagRule(include: ["/^(1|v)/"], exclude: ["/0$/"]), ["v3"]),
      (TagRule(include: ["/^[a-z]+$/", "v?"], latest: 2, max: 1), ["v3", "latest"]),
    ])
  func select(rule: TagRule, expected: [String]) {
    #expect(rule.select(from: Self.tags) == expected)
  }

  @Test(
    "A suffix is kept within a range, and versions are in order by the numbers before it",
    arguments: [
      (TagRule(suffix: "-alpine"), ["3.20.0-alpine", "3.19.10-alpine", "3.19.2-alpine", "3.18-alpine"]),
      (TagRule(semver: ">=3.19", suffix: "-alpine", latest: 2), ["3.20.0-alpine", "3.19.10-alpine"]),
      (TagRule(exclude: ["*.10-*"], semver: "3.19.x", suffix: "-alpine"), ["3.19.2-alpine"]),
      (TagRule(semver: ">=1.28", suffix: "-k3s+([0-9])"), ["v1.29.0-k3s1", "v1.28.3-k3s2", "v1.28.3-k3s1"]),
      (TagRule(suffix: "-rc*"), ["3.20.0-rc.1-alpine", "3.20.0-rc.1"]),
    ])
  func suffixes(rule: TagRule, expected: [String]) {
    let tags = [
      "3.19.2-alpine", "3.19.10-alpine", "3.20.0-alpine", "3.18-alpine", "3.20.0", "3.20.0-rc.1", "3.20.0-rc.1-alpine",
      "alpine", "latest-alpine", "v1.28.3-k3s1", "v1.28.3-k3s2", "v1.29.0-k3s1", "v1.27.0-k3s1", "v1.29.0",
    ]
    #expect(rule.problem == nil)
    #expect(rule.select(from: tags) == expected)
  }

  @Test(
    "A rule that cannot work says why and picks nothing",
    arguments: [
      TagRule(include: ["["]), TagRule(semver: "new"), TagRule(semver: ""), TagRule(suffix: ""), TagRule(suffix: "["),
      TagRule(latest: 0), TagRule(max: 0), TagRule(include: ["/[/"]),
    ])
  func problems(rule: TagRule) {
    #expect(rule.problem != nil)
    #expect(rule.select(from: Self.tags).isEmpty)
  }

  @Test("A source is looked at where it is read, but for what the row itself fills")
  func led() throws {
    func target(_ source: String, _ destination: String) throws -> LookTarget {
      var configuration = RegistryConfiguration()
      configuration.machine = MachineRegistries(
        RegistriesConf(rules: [
          .init(prefix: "r.example", location: "r.example", isInsecure: true, mirrors: [.init("m.example/r")]),
          .init(prefix: "i.example", location: "i.example", isInsecure: true),
        ]))
      let client = RegistryClient(
        transport: MemoryRegistries(), credentials: AnonymousAccess(), configuration: configuration)
      return MirrorImage(source: try ImageReference(source), destinations: [try ImageReference(destination)])
        .led(by: client).sourceTarget
    }
    let led = try ImageReference("r.example/x:1")
    #expect(try target("r.example/x:1", "d.example/x:1") == LookTarget(led, .pull))
    #expect(try target("r.example/x:1", "m.example/r/x:2") == LookTarget(led, .pull, besides: ["m.example/r/x"]))
    let plain = try ImageReference("q.example/x:1")
    #expect(try target("q.example/x:1", "q.example/x:2") == LookTarget(plain))
    // Of one repository a tag may be another's copy.
    #expect(try target("i.example/x:1", "i.example/x:2") == LookTarget(try ImageReference("i.example/x:1"), .pull))
  }
}
