import FoundationEssentials
import OCIRegistry
import Testing

private let sha = "sha256:" + String(repeating: "0a", count: 32)

@Suite struct ImageReferenceTests {
  @Test(
    "A reference reads as its canonical form, and shows in its familiar one",
    arguments: [
      ("alpine", "docker.io/library/alpine", "alpine"),
      ("alpine:3.20", "docker.io/library/alpine:3.20", "alpine:3.20"),
      ("docker://alpine", "docker.io/library/alpine", "alpine"),
      ("docker.io/alpine", "docker.io/library/alpine", "alpine"),
      ("index.docker.io/library/alpine:x", "docker.io/library/alpine:x", "alpine:x"),
      ("registry-1.docker.io/grafana/grafana", "docker.io/grafana/grafana", "grafana/grafana"),
      ("grafana/grafana:11", "docker.io/grafana/grafana:11", "grafana/grafana:11"),
      ("docker.io/a.b/c", "docker.io/a.b/c", "docker.io/a.b/c"),
      ("docker.io/localhost/c", "docker.io/localhost/c", "docker.io/localhost/c"),
      ("docker.io/library/a/b", "docker.io/library/a/b", "library/a/b"),
      ("localhost/x", "localhost/x", "localhost/x"),
      ("localhost:5000/x:y", "localhost:5000/x:y", "localhost:5000/x:y"),
      ("127.0.0.1:5000/a/b/c/d:e", "127.0.0.1:5000/a/b/c/d:e", "127.0.0.1:5000/a/b/c/d:e"),
      ("[::1]:5000/x:y", "[::1]:5000/x:y", "[::1]:5000/x:y"),
      ("[FE80::1]/x", "[fe80::1]/x", "[fe80::1]/x"),
      ("GHCR.io/a/b", "ghcr.io/a/b", "ghcr.io/a/b"),
      ("quay.io/a/b@\(sha)", "quay.io/a/b@\(sha)", "quay.io/a/b@\(sha)"),
      ("a:t@\(sha)", "docker.io/library/a:t@\(sha)", "a:t@\(sha)"),
      ("x.y/a__b/c--d/e.f_g:_T.-9", "x.y/a__b/c--d/e.f_g:_T.-9", "x.y/a__b/c--d/e.f_g:_T.-9"),
      ("host:80/a:80", "host:80/a:80", "host:80/a:80"),
      ("host:80", "docker.io/library/host:80", "host:80"),
    ])
  func reads(text: String, canonical: String, familiar: String) throws {
    let reference = try ImageReference(text)
    #expect(reference.description == canonical)
    #expect(reference.familiar == familiar)
    #expect(try ImageReference(canonical) == reference)
    #expect(try ImageReference(familiar) == reference)
    let json = try JSONEncoder().encode([reference])
    #expect(try JSONDecoder().decode([ImageReference].self, from: json) == [reference])
  }

  @Test(
    "What is no reference is refused with the place and the reason",
    arguments: [
      ("", 1, "missing"),
      ("docker://", 10, "missing"),
      ("a b", 2, "space"),
      ("a\u{1b}[31m", 2, "ASCII"),
      ("é", 1, "ASCII"),
      ("Alpine", 1, "lower case"),
      ("Registry/x", 1, "lower case"),
      ("host.io/aB", 10, "lower case"),
      ("host.io/", 9, "missing"),
      ("host.io//a", 9, "empty"),
      ("a/", 3, "missing"),
      ("/a", 1, "empty"),
      ("a/-b", 3, "begins with a separator"),
      ("a-/b", 2, "ends in a separator"),
      ("a-", 2, "ends in a separator"),
      ("a..b", 3, "two separators"),
      ("a___b", 4, "two separators"),
      ("a._b", 3, "two separators"),
      ("a:", 3, "tag is empty"),
      ("a:-x", 3, "begins with"),
      ("a:b:c", 4, "a tag has only"),
      ("a:b!", 4, "a tag has only"),
      ("a:" + String(repeating: "t", count: 129), 131, "128"),
      ("h.io/" + String(repeating: "a", count: 256), 261, "255"),
      (String(repeating: "a", count: 250), 248, "255"),
      (String(repeating: "a", count: 5000), 1025, "1024"),
      ("a@", 3, "colon"),
      ("a@sha256", 9, "colon"),
      ("a@sha256:00", 12, "64"),
      ("a@sha256:0G", 11, "0-9"),
      ("a@\(sha)0", 74, "64"),
      ("a@:00", 3, "algorithm"),
      ("host:0/a", 6, "port"),
      ("host:65536/a", 6, "port"),
      ("host:x/a", 6, "port"),
      ("host:/a", 6, "port"),
      ("-a.io/a", 1, "begins with"),
      ("a-.io/a", 2, "ends in"),
      ("a..io/a", 3, "empty"),
      ("a_b.io/a", 2, "host name"),
      (".io/a", 1, "empty"),
      ("[::1/a", 5, "closed"),
      ("[]/a", 2, "empty"),
      ("[abc]/a", 2, "IPv6"),
      ("[::g]/a", 4, "IPv6"),
      ("[::1]x/a", 6, "colon"),
      ("[::1]:/a", 7, "port"),
    ])
  func refuses(text: String, column: Int, reason: String) {
    let error = #expect(throws: ReferenceError.self) { try ImageReference(text) }
    #expect(error?.column == column, "\(error?.description ?? "")")
    #expect(error?.reason.contains(reason) == true, "\(error?.description ?? "")")
    #expect(error?.description.unicodeScalars.allSatisfy { $0.value >= 0x20 } == true)
    #expect((error?.description.count ?? 0) < 300)
  }

  @Test func aTagReplacesTheDigestAndADigestTheTag() throws {
    let reference = try ImageReference("h.io/a:t@\(sha)")
    #expect(try reference.withTag("u").description == "h.io/a:u")
    #expect(reference.withDigest(try Digest(sha)).description == "h.io/a@\(sha)")
    #expect(reference.withoutTag.description == "h.io/a")
    #expect(reference.name == "h.io/a")
    #expect(throws: ReferenceError.self) { try reference.withTag("no tag") }
    #expect(throws: ReferenceError.self) { try reference.withTag("") }
  }

  @Test func noMutationOfAReferenceCrashesAndEveryOneThatReadsIsStable() throws {
    var generator = SeededGenerator(seed: 7)
    let seeds = ["[::1]:5000/a/b:t@\(sha)", "docker://index.docker.io/library/alpine:3", "a__b/c--d.e:T@sha512:00"]
    let odd = Array(":/@[].-_ \u{0}aA9é\u{1F600}".unicodeScalars)
    for _ in 0..<5000 {
      var text = Array((seeds.randomElement(using: &generator) ?? "").unicodeScalars)
      for _ in 0..<Int.random(in: 1...4, using: &generator) where !text.isEmpty {
        let place = Int.random(in: 0..<text.count, using: &generator)
        switch Int.random(in: 0...2, using: &generator) {
        case 0: text[place] = odd.randomElement(using: &generator) ?? "a"
        case 1: text.insert(odd.randomElement(using: &generator) ?? "a", at: place)
        default: text.removeSubrange(place..<Int.random(in: place...text.count, using: &generator))
        }
      }
      var view = String.UnicodeScalarView()
      view.append(contentsOf: text)
      let mutated = String(view)
      guard let reference = try? ImageReference(mutated) else { continue }
      #expect(try ImageReference(reference.description) == reference)
      #expect(try ImageReference(reference.familiar) == reference)
    }
  }
}

/// A generator that gives the same numbers every time.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
