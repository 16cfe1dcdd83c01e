import Documents
import MirrorCore
import Support
import Testing

@testable import Interchange

struct SkopeoTests {
  static let text = """
    registry.example:
      images:
        busybox: []
        team/redis:
          - "1.0"
          - 2.10
      images-by-tag-regex:
        nginx: ^1\\.13\\.[12]-alpine$
      images-by-semver:
        alpine: ">= 3.12, < 4"
      credentials:
        username: john
        password: top-secret
      tls-verify: false
      cert-dir: /home/john/certs
    quay.example:
      tls-verify: true
      images: {}
    """

  @Test("Destinations are where skopeo would put the images", arguments: [false, true])
  func whole(isScoped: Bool) throws {
    let rows = try ImportedRows(
      Self.text, nil, to: ImageTarget(prefix: "d.example/x/", layout: isScoped ? .whole : nil))
    let registry = "registry.example"
    func row(_ name: String, _ tag: String = "", _ rule: TagRule? = nil) -> MirrorEntry {
      let last = name.split(separator: "/").last ?? ""
      return MirrorEntry(
        source: "\(registry)/\(name)\(tag)",
        destinations: ["d.example/x/\(isScoped ? "\(registry)/\(name)" : "\(last)")"],
        tags: rule)
    }
    #expect(
      rows.entries == [
        row("busybox", "", TagRule(include: ["*"])), row("team/redis", ":1.0"), row("team/redis", ":2.10"),
        row("nginx", "", TagRule(include: ["1.13.[12]-alpine"])),
        row("alpine", "", TagRule(semver: ">=3.12.0 <4.0.0")),
      ])
    let notes = rows.notes.joined(separator: "\n")
    for part in ["skopeo login", "not verified", "certificates", "quay.example has no images"] {
      #expect(notes.contains(part), "\(part) in \(notes)")
    }
    #expect(!notes.contains("john:") && !notes.contains("top-secret"))
  }

  @Test(
    "A mistake has its line",
    arguments: [
      ("r.example:\n  images:\n    a: ['sha256:\(String(repeating: "0", count: 64))']", "line 3: a digest"),
      ("r.example:\n  images:\n    UPPER: []", "line 3"),
      ("r.example:\n  images:\n    a: [1, 1]", "line 3: r.example/a:1 is there more than once"),
      ("r.example:\n  images:\n    a: []\n  images-by-semver:\n    a: '>1'", "line 5: r.example/a is there"),
      (
        "r.example:\n  images-by-semver:\n    a: '>1'\n  images-by-tag-regex:\n    a: '-alpine$'",
        "line 3: a is also selected by an expression; skopeo takes the tags of either"
      ),
      ("r.example:\n  images-by-semver:\n    a: 'x.y'", "line 3: 'x.y' is not a version range"),
      ("r.example:\n  images-by-tag-regex:\n    a: '('", "line 3"),
      ("r.example:\n  colour: red", "line 2: unknown key 'colour'"),
      ("r.example: 7", "line 1"),
      ("- a", "line 1"),
    ])
  func mistakes(text: String, word: String) {
    let error = #expect(throws: DocumentError.self) { try ImportedRows(text, .skopeo, to: ImageTarget(prefix: "d")) }
    #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
  }
}
