import Documents
import MirrorCore
import Support
import Testing

@testable import Interchange

struct DregsyTests {
  // In the manner of the example in dregsy's README.
  static let text = """
    relay: skopeo
    skopeo: {binary: skopeo, certs-dir: /etc/skopeo/certs.d}
    lister: {maxItems: 100, cacheDuration: 1h}
    tasks:
    - name: task1
      interval: 60
      verbose: true
      source: {registry: source.example, auth: c2VjcmV0LXRleHQ=}
      target: {registry: dest.example, auth-refresh: 10h, skip-tls-verify: true}
      mappings:
      - from: test/image
        to: archive/test/image
        tags: ['0.1.0', '0.1.1']
      - from: /test/another-image
        platform: all
      - {from: tool, tags: ['regex: 1\\.26\\.[0-9]-(glibc|musl)', latest], platform: linux/arm64}
      - {from: ranged, tags: ['semver: >=1.31.0 <1.31.9 || >=2.0.0']}
      - {from: rest, tags: ['regex: !.*-rc[0-9]+', 'keep:! .*-dev']}
      - from: readme
        tags: [latest, 'semver: >= 2.x', 'keep: .+-(alpine|buster)', 'keep: latest 5']
      - {from: pinned, tags: ['1.36.0-uclibc@sha256:\(String(repeating: "5", count: 64))', 'keep: ! .*']}
      - {from: newest, tags: ['regex: v[0-9]+', 'keep: latest 3', 'keep:  latest 2']}
    """

  /// Versions that are none to dregsy.
  static let short = ["?([vV])+([0-9])-*", "?([vV])+([0-9]).+([0-9])-*"]

  @Test("Mappings become rows, and what a row does not say is noted without secrets")
  func whole() throws {
    let rows = try ImportedRows(Self.text, nil, to: nil)
    func row(_ from: String, _ to: String, _ rule: TagRule?, _ options: [String: JSONValue] = [:]) -> MirrorEntry {
      MirrorEntry(source: "source.example/\(from)", destinations: ["dest.example/\(to)"], tags: rule, options: options)
    }
    #expect(
      rows.entries == [
        row("test/image:0.1.0", "archive/test/image", nil), row("test/image:0.1.1", "archive/test/image", nil),
        row("test/another-image", "test/another-image", TagRule(include: ["*"])),
        row(
          "tool:latest", "tool", nil, ["platforms": .array([.string("linux/arm64")])]),
        row(
          "tool", "tool", TagRule(include: ["1.26.[0-9]-glibc", "1.26.[0-9]-musl"]),
          ["platforms": .array([.string("linux/arm64")])]),
        row(
          "ranged", "ranged",
          TagRule(exclude: Self.short, semver: ">=1.31.0 <1.31.9 >=0.0.0-0 || >=2.0.0 >=0.0.0-0")),
        row("rest", "rest", TagRule(exclude: ["*-dev", "*-rc+([0-9])"])),
        row("readme:latest", "readme", nil),
        row(
          "readme", "readme",
          TagRule(
            include: ["?*-alpine", "?*-buster"], exclude: Self.short, semver: ">=2.0.0 >=0.0.0-0", latest: 5)),
        row("pinned:1.36.0-uclibc@sha256:\(String(repeating: "5", count: 64))", "pinned", nil),
        row("newest", "newest", TagRule(include: ["v+([0-9])"], latest: 2)),
      ])
    let notes = rows.notes.joined(separator: "\n")
    for part in [
      "skopeo login source.example", "not verified", "interval", "certificates", "platform", "only that of its machine",
      "the limit",
    ] {
      #expect(notes.contains(part), "\(part) in \(notes)")
    }
    #expect(!notes.contains("c2VjcmV0"))
  }

  @Test(
    "What a row cannot say is named by its line",
    arguments: [
      ("- {from: 'regex:a.*'}", "line 6: a row cannot hold an expression for repositories"),
      ("- {from: a, tags: ['sha256:0']}", "line 6: a digest has no tag"), ("- {to: a}", "line 6: 'from' is missing"),
      ("- {from: a, tags: ['semver: >=1.0.0', 'regex: a']}", "line 6: all parts of a row's tag rule"),
      ("- {from: a, tags: ['regex: a.*', 'keep: .*b']}", "line 6: a row's tag rule takes"),
      ("- {from: a, tags: ['keep: a.*', 'keep: .*b']}", "line 6: a row's tag rule takes"),
      ("- {from: a, tags: [a, b, 'keep: latest 1']}", "line 6: list the wanted tags"),
      ("- {from: a, tags: ['keep: latest 99999999999999999999']}", "'latest' must be from 1"),
      ("- {from: a, tags: ['semver: ~1.2.3']}", "line 6: '~1.2.3' is not a version range"),
      ("- {from: a, tags: ['semver: >=1.2']}", "line 6: '>=1.2' is not a version range"),
      (" {from: a}", "line 6: a list is expected here"),
      ("- {from: a, tags: ['regex:!a', 'regex:!b']}", "line 6: all parts of a row's tag rule"),
      ("- {from: a, tags: ['semver: x']}", "line 6: 'x' is not a version range"),
      ("- {from: a, colour: red}", "line 6: unknown key 'colour'"),
    ])
  func mistakes(mapping: String, words: String) {
    let text =
      "relay: skopeo\ntasks:\n- source: {registry: a.example}\n  target: {registry: b.example}\n  mappings:\n  \(mapping)"
    #expect(NamedImagesTests.line(text, nil, nil).contains(words), "\(NamedImagesTests.line(text, nil, nil))")
  }
}
