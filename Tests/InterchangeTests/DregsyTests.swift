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
    """

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
          "tool", "tool", TagRule(include: ["latest", "1.26.[0-9]-glibc", "1.26.[0-9]-musl"]),
          ["platforms": .array([.string("linux/arm64")])]),
        row("ranged", "ranged", TagRule(semver: ">=1.31.0 <1.31.9 >=0.0.0-0 || >=2.0.0 >=0.0.0-0")),
        row("rest", "rest", TagRule(exclude: ["*-dev", "*-rc+([0-9])"])),
      ])
    let notes = rows.notes.joined(separator: "\n")
    for part in ["skopeo login source.example", "not verified", "interval", "certificates", "platform"] {
      #expect(notes.contains(part), "\(part) in \(notes)")
    }
    #expect(!notes.contains("c2VjcmV0"))
  }

  @Test(
    "What a row cannot say is named by its line",
    arguments: [
      ("- {from: 'regex:a.*'}", "line 6: an expression for repositories"),
      ("- {from: a, digests: ['sha256:0']}", "line 6: a digest"), ("- {to: a}", "line 6: 'from' is missing"),
      ("- {from: a, tags: ['semver: >=1.0.0', latest]}", "line 6: a row has one rule"),
      ("- {from: a, tags: ['regex:!a', 'regex:!b']}", "line 6: a row has one rule"),
      ("- {from: a, tags: ['semver: x']}", "line 6: 'x' is no version range"),
      ("- {from: a, colour: red}", "line 6: 'colour' is no key"),
    ])
  func mistakes(mapping: String, words: String) {
    let text =
      "relay: skopeo\ntasks:\n- source: {registry: a.example}\n  target: {registry: b.example}\n  mappings:\n  \(mapping)"
    #expect(NamedImagesTests.line(text, nil, nil).contains(words), "\(NamedImagesTests.line(text, nil, nil))")
  }
}
