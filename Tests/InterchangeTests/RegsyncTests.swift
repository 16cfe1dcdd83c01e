import Documents
import MirrorCore
import Support
import Testing

@testable import Interchange

struct RegsyncTests {
  @Test("A file with everything that a row can say")
  func whole() throws {
    let rows = try ImportedRows(
      """
      x-night: &night "15 01 * * *"
      version: 1
      creds:
        - registry: registry.example
          user: robot
          pass: "{{file \\"/run/secrets/robot\\"}}"
        - registry: plain.example:5000
          tls: disabled
      defaults:
        interval: 60m
        parallel: 2
        referrers: false
      sync:
        - source: busybox
          target: registry.example/library/busybox
          type: image
          schedule: *night
        - source: docker.io/library/busybox:latest
          target: copies.example/busybox:stable
          type: image
        - source: quay.example/team/app
          target: registry.example/app
          type: repository
          tags:
            allow: [latest, 'v\\d+\\.\\d+']
            deny: ['.*-rc\\d']
            semverRange: ['>=1.2 <2', '^0.0.3']
          platforms: [linux/amd64, linux/arm64]
          referrers: true
      """, .regsync, to: nil)
    #expect(
      rows.entries == [
        MirrorEntry(
          source: "busybox:latest",
          destinations: ["registry.example/library/busybox:latest", "copies.example/busybox:stable"]),
        MirrorEntry(
          source: "quay.example/team/app", destinations: ["registry.example/app"],
          tags: TagRule(
            include: ["latest", "v+([0-9]).+([0-9])"], exclude: ["*-rc[0-9]"],
            semver: ">=1.2.0 <2.0.0 >=0.0.0-0 || >=0.0.3 <0.0.4 >=0.0.0-0"),
          options: [
            "platforms": .array([.string("linux/amd64"), .string("linux/arm64")]), "referrers": .bool(true),
            "sparse": .bool(true),
          ]),
      ])
    let notes = rows.notes.joined(separator: "\n")
    for part in [
      "line 4: the sign-in to registry.example is skipped", "plain.example:5000 speaks plain HTTP",
      "line 10: 'interval'", "'schedule'", "line 11: 'parallel'", "'referrers'",
    ] {
      #expect(notes.contains(part), "\(part) in \(notes)")
    }
    #expect(!notes.contains("robot") && !notes.contains("/run/secrets"))
  }

  @Test(
    "Platforms are those of regsync, which keeps the source's index; one alone has an index of its own here",
    arguments: [
      (
        "platforms: [linux/arm64/v8, 'windows/amd64,osver=10.0.20348', '']",
        [
          "platforms": JSONValue.array([.string("linux/arm64"), .string("windows/amd64:10.0.20348")]),
          "sparse": .bool(true),
        ]
      ), ("platform: linux/x86_64", ["platforms": .array([.string("linux/amd64")])]), ("platforms: []", [:]),
    ])
  func platforms(line: String, options: [String: JSONValue]) throws {
    let text = "version: 1\nsync:\n- source: a:1\n  target: d.example/a:1\n  type: image\n  \(line)\n"
    let rows = try ImportedRows(text, .regsync, to: nil)
    #expect(rows.entries.map(\.options) == [options])
    #expect(rows.notes.contains { $0.contains("an index of its own") } == line.hasPrefix("platform:"))
  }

  @Test(
    "What is no platform is a mistake with its line", arguments: ["local", "linux", "linux/amd64,prefer=x", "a/b/c/d"])
  func noPlatform(name: String) {
    let text = "version: 1\nsync:\n- source: a:1\n  target: d.example/a:1\n  type: image\n  platforms: ['\(name)']\n"
    let error = #expect(throws: DocumentError.self) { try ImportedRows(text, .regsync, to: nil) }
    #expect(error?.line == 6 && error?.description.contains(name) == true, "\(String(describing: error))")
  }

  @Test("Many entries with the same habit are one note")
  func notes() throws {
    let entries = (0..<100).map {
      "  - {source: 'a:\($0)', target: 'r.example/a:\($0)', type: image, interval: 1h, digestTags: true}"
    }
    let rows = try ImportedRows((["sync:"] + entries).joined(separator: "\n"), nil, to: nil)
    #expect(rows.entries.count == 100)
    #expect(rows.notes.count == 2)
    #expect(rows.notes.allSatisfy { $0.hasPrefix("line 2, and 99 more: ") }, "\(rows.notes)")
  }

  @Test(
    "What a row cannot say is an error with its line and what to do",
    arguments: [
      ("type: registry", "list its repositories"),
      ("type: repository\n    repos: {allow: [a]}", "list its repositories"),
      ("type: copy", "'type' must be"),
      ("type: repository\n    backup: 'old-{{.Ref.Tag}}'", "not backed up"),
      ("type: repository\n    hooks: {pre: {type: exec}}", "hooks are not supported"),
      ("type: repository\n    referrerFilters: [{artifactType: x}]", "referrers cannot be filtered"),
      ("type: repository\n    tags: {allow: ['(a.)+*']}", "two quantifiers"),
      ("type: repository\n    tags: {allow: ['(?i)a']}", "(?"),
      ("type: repository\n    tags: {semverRange: ['>=1.0-']}", "not a version range"),
      ("type: repository\n    tags: {semverRange: ['1 || 2']}", "not a version range"),
      ("type: repository\n    tagSets: [{allow: [a]}, {deny: [b]}]", "one tag rule"),
      ("type: repository\n    tags: {latest: 3}", "unknown key 'latest'"),
      ("type: repository\n    colour: red", "unknown key 'colour'"),
      ("type: repository\n    referrers: perhaps", "true or false"),
    ])
  func unsayable(rest: String, word: String) throws {
    let text = "sync:\n  - source: s.example/a\n    target: d.example/a\n    \(rest)\n"
    let error = #expect(throws: DocumentError.self) { try ImportedRows(text, .regsync, to: nil) }
    let described = error?.description ?? ""
    #expect(described.contains(word), "\(described)")
    #expect(error?.line == 4 || error?.line == 5, "\(described)")
  }

  @Test(
    "What is no entry is an error with its line",
    arguments: [
      ("sync:\n  - {source: '{{env \"A\"}}', target: b, type: image}", "line 2: the variable A is not set"),
      (
        "sync:\n  - {source: '{{file \"A\"}}', target: b, type: image}",
        "the only supported template is {{env \"NAME\"}}"
      ),
      ("sync:\n  - {source: '{{env \"A\" | lower}}', target: b, type: image}", "the only supported template"),
      ("sync:\n  - {source: '{{env \"A\"', target: b, type: image}", "needs a '}}'"),
      ("sync:\n  - {source: a, target: 'b:{{.Sync.Source}}', type: image}", "supported template"),
      ("sync:\n  - {source: 'ocidir://a', target: b, type: image}", "folder"),
      ("sync:\n  - {source: UPPER, target: b, type: image}", "line 2"),
      ("sync:\n  - {source: a, type: image}", "needs 'source'"),
      ("sync:\n  - {source: 'a:1', target: b, type: repository}", "must not have a tag"),
      ("sync:\n  - a", "keys and values"),
      ("sync: 7", "a list is expected"),
      ("version: 2", "version 1"),
      ("sync: []\nsink: []", "unknown key 'sink'"),
      ("creds:\n  - user: a", "'registry' is missing"),
      ("creds:\n  - {registry: a.io, hostname: b.io}", "requests for a.io would go to 'b.io'"),
      ("creds:\n  - {registry: a.io, pathPrefix: proxy}", "remove 'pathPrefix'"),
      ("creds:\n  - {registry: a.io, tls: maybe}", "'tls' must be enabled, insecure or disabled"),
      ("creds:\n  - {registry: a.io, hostnane: b.io}", "unknown key 'hostnane'"),
      ("defaults:\n  backup: x\nsync: []", "not backed up"),
      (
        "sync:\n  - {source: a, target: r.example/a, type: repository, tags: {allow: ['1']}}\n  - {source: a, target: r.example/b, type: repository}",
        "first on line 2"
      ),
    ])
  func mistakes(text: String, word: String) {
    let error = #expect(throws: DocumentError.self) { try ImportedRows(text, .regsync, to: nil) }
    #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
  }

  @Test("A range and an expression must both hold, suffixes and prereleases included")
  func both() throws {
    func rule(_ tags: String) throws -> TagRule {
      let text = "sync:\n- {source: a, target: r.example/a, type: repository, tags: \(tags)}"
      return try #require(try ImportedRows(text, .regsync, to: nil).entries.first?.tags)
    }
    let tags = ["3.18.1", "3.18.1-alpine", "3.17.9-alpine", "3.19.0-rc1", "latest"]
    // What no glob can say stays an expression.
    let groups = try rule("{allow: ['3(\\.[0-9]+)+']}")
    #expect(groups.include == ["/^3(\\.[0-9]+)+$/"] && groups.select(from: tags) == ["3.18.1"])
    #expect(try rule("{allow: ['.*-alpine'], semverRange: ['>=3.18']}").select(from: tags) == ["3.18.1-alpine"])
    let all = try rule("{semverRange: ['>=3.18']}")
    #expect(all.select(from: tags) == ["3.19.0-rc1", "3.18.1", "3.18.1-alpine"])
    let releases = try rule("{deny: ['.*-.+', x], semverRange: ['>=3.18']}")
    #expect(releases == TagRule(exclude: ["x"], semver: ">=3.18"))
    #expect(releases.select(from: tags) == ["3.18.1"])
  }

  @Test("Variables are worked out where they are given, and what they hold is in no mistake")
  func variables() throws {
    func rows(_ source: String) throws -> ImportedRows {
      try ImportedRows(
        "sync:\n- {source: '\(source)', target: '{{ env `TO` }}/a', type: image}", nil, to: nil,
        environment: ["FROM": "r.example", "TO": "d.example:5000/x", "SECRET": "Hunter2 hush", "EMPTY": ""])
    }
    #expect(
      try rows("{{env \"FROM\"}}/a:1").entries
        == [MirrorEntry(source: "r.example/a:1", destinations: ["d.example:5000/x/a:latest"])])
    for (source, words) in [
      ("{{env \"SECRET\"}}/a:1", "'{{env \"SECRET\"}}/a:1' does not expand to an image reference"),
      ("{{env \"EMPTY\"}}/a:1", "the variable EMPTY is not set"),
      ("{{env \"OTHER\"}}", "the variable OTHER is not set"),
    ] {
      let error = #expect(throws: DocumentError.self) { try rows(source) }
      #expect(error?.description.hasPrefix("line 2: \(words)") == true, "\(error?.description ?? "")")
      #expect(error?.description.contains("unter2") == false)
    }
  }

  @Test("What is said of a registry is taken in, or told as left out, with what to do")
  func registries() throws {
    let rows = try ImportedRows(
      """
      creds:
        - registry: docker.io
          hostname: registry-1.docker.io
          user: robot
          token: hush
          repoAuth: true
          blobChunk: 1048576
          mirrors: [mirror.example]
          reqPerSec: 5
        - registry: b.example:5000
          tls: insecure
          clientCert: "-----BEGIN CERTIFICATE----- hush"
          clientKey: "-----BEGIN PRIVATE KEY----- hush"
          x-own: 1
      sync: []
      """, .regsync, to: nil)
    let notes = rows.notes.joined(separator: "\n")
    for part in [
      "skopeo login docker.io", "'repoAuth' of docker.io", "'blobChunk' of docker.io",
      "'mirrors' of docker.io is skipped: images are checked at and copied from docker.io itself",
      "'reqPerSec' of docker.io is skipped: see registries.concurrency",
      "the certificate of b.example:5000 must be trusted: put it into ~/.config/containers/certs.d/b.example:5000 as ca.crt",
      "'clientKey' of b.example:5000",
    ] {
      #expect(notes.contains(part), "\(part) in \(notes)")
    }
    #expect(!notes.contains("hush") && !notes.contains("hostname"))
  }

  @Test("A pattern that no tag fits stays one on the way out and in", arguments: [["^^"], ["a", "^"]])
  func noTag(allowed: [String]) throws {
    let list = allowed.map { "'\($0)'" }.joined(separator: ", ")
    let rows = try ImportedRows(
      "sync:\n  - {source: a, target: r.example/a, type: repository, tags: {allow: [\(list)]}}", .regsync, to: nil)
    let written = try ExportedRows(rows.entries, .regsync, to: nil).text
    #expect(try ImportedRows(written, .regsync, to: nil).entries == rows.entries)
    #expect(rows.entries.first?.tags?.include.contains("") == true)
  }

  @Test("Sets of tags that are all lists, or all ranges, are one rule")
  func sets() throws {
    func rule(_ sets: String) throws -> TagRule? {
      try ImportedRows(
        "sync:\n  - {source: a, target: r.example/a, type: repository, tagSets: \(sets)}", .regsync, to: nil
      )
      .entries.first?.tags
    }
    #expect(try rule("[{allow: [a, b]}, {allow: [c]}]") == TagRule(include: ["a", "b", "c"]))
    #expect(
      try rule("[{semverRange: ['^1.2']}, {semverRange: ['>3']}]")
        == TagRule(semver: ">=1.2.0 <2.0.0 >=0.0.0-0 || >3.0.0 >=0.0.0-0"))
    #expect(try rule("[]") == TagRule(include: ["*"]))
  }
}
