import Documents
import MirrorCore
import Testing

@testable import Interchange

struct ImageSyncerTests {
  // In the manner of image-syncer's example/images.yaml and config.json.
  static let rules = """
    quay.io/coreos/kube-rbac-proxy: quay.example/ruohe/kube-rbac-proxy
    quay.io/coreos/etcd:v1.0: quay.example/ruohe/etcd
    quay.io/coreos/etcd:v1.0,v2.0: [quay.example/ruohe/etcd, 'r.example:5000/etcd:one,two']
    alpine:/^3\\.[0-9]+$/: r.example:5000/alpine
    """
  static let rows = [
    "quay.io/coreos/kube-rbac-proxy quay.example/ruohe/kube-rbac-proxy",
    "quay.io/coreos/etcd:v1.0 quay.example/ruohe/etcd,r.example:5000/etcd:one",
    "quay.io/coreos/etcd:v2.0 quay.example/ruohe/etcd,r.example:5000/etcd:two", "alpine r.example:5000/alpine",
  ]

  @Test("Rules of images become rows, alone or beside sign-ins, which are never taken")
  func whole() throws {
    let alone = try ImportedRows(Self.rules, nil, to: nil)
    #expect(NamedImagesTests.pairs(alone) == Self.rows)
    #expect(alone.entries.map(\.tags) == [TagRule(include: ["*"]), nil, nil, TagRule(include: ["3.+([0-9])"])])
    let lines = Self.rules.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
    let text = "auth:\n  quay.io/coreos: {username: robot, password: very-secret, insecure: true}\nimages:\n\(lines)\n"
    let both = try ImportedRows(text, nil, to: nil)
    #expect(both.entries == alone.entries)
    let notes = both.notes.joined(separator: "\n")
    #expect(notes.contains("skopeo login quay.io") && notes.contains("line 2: quay.io is not verified"))
    #expect(!notes.contains("robot") && !notes.contains("very-secret"))
  }

  @Test("JSON tells its form by its content, too")
  func json() throws {
    let text = "{\n  \"quay.io/a/b:1\": \"r.example/b\"\n}\n"
    #expect(NamedImagesTests.pairs(try ImportedRows(text, nil, to: nil)) == ["quay.io/a/b:1 r.example/b"])
    let ours = "{\"mirrors\": [{\"source\": \"quay.io/a/b:1\", \"destination\": \"r.example/b\"}]}"
    #expect(NamedImagesTests.pairs(try ImportedRows(ours, nil, to: nil)) == ["quay.io/a/b:1 r.example/b"])
  }

  @Test(
    "What a row cannot say is named by its line",
    arguments: [
      ("a.example/b: \"\"", "line 2: 'a.example/b' has no destination"),
      ("a.example/b: c.example/b:1", "line 2: all tags keep their names"),
      ("a.example/b:1,2: c.example/b:1", "line 2: there are 2 tags at the source, and 1"),
      ("a.example/b:1: $REGISTRY/b", "line 2: the variable REGISTRY is not set"),
      ("a.example/b:1: '${REGISTRY/b'", "line 2: a variable's '${' needs a '}'"),
      ("a.example/b:1: $SECRET/b", "line 2: '$SECRET/b' does not expand to an image reference"),
      ("a.example/b@sha256:0: c.example/b", "line 2: a.example/b@sha256:0 has a digest"),
      ("a.example/b@sha256:0: c.example/b@sha256:0", "line 2: a destination cannot have a digest"),
      ("a.example/b@sha256:0: 'c.example/b:1,2'", "line 2: a.example/b@sha256:0 has a digest"),
      ("a.example/b:/1/: c.example/b:/1/", "line 2: an expression selects tags of a source"),
      ("a.example/b:1: []", "line 2: 'a.example/b:1' has no destination"),
      ("a.example/b:1: [c.example/b, null]", "line 2: 'a.example/b:1' has no destination"),
      ("a.example/b: {username: x}", "line 2: a destination is expected"), ("a.example/B:1: c.example/b", "line 2: "),
    ])
  func mistakes(rule: String, words: String) {
    let text = "x.example/y:1: z.example/y\n\(rule)\n"
    let said = NamedImagesTests.line(text, .imageSyncer, nil, environment: ["SECRET": "hunter2 "])
    #expect(said.contains(words) && !said.contains("hunter2"), "\(said)")
  }

  @Test("An image by its digest goes under a tag of the destination's, and variables of destinations are worked out")
  func digests() throws {
    let digest = "sha256:\(String(repeating: "a", count: 64))"
    let text = """
      quay.io/a/b@\(digest): r.example/b:pinned
      quay.io/a/b:0@\(digest): r.example/b:again
      quay.io/a/c:1,2: [$HOST/c, "${HOST}/d:x,y"]
      """
    let rows = try ImportedRows(text, .imageSyncer, to: nil, environment: ["HOST": "r.example:5000"])
    #expect(
      NamedImagesTests.pairs(rows) == [
        "quay.io/a/b@\(digest) r.example/b:pinned,r.example/b:again",
        "quay.io/a/c:1 r.example:5000/c,r.example:5000/d:x",
        "quay.io/a/c:2 r.example:5000/c,r.example:5000/d:y",
      ])
  }
}
