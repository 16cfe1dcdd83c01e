import Testing

@testable import Support

struct SemanticVersionTests {
  @Test("Versions are in order")
  func order() throws {
    let ordered = [
      "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-2", "1.0.0-11", "1.0.0", "v1.2", "1.10", "2",
    ]
    .compactMap(SemanticVersion.init)
    #expect(ordered.count == 9)
    #expect([ordered[3], ordered[4]] + ordered[0...2] + ordered[5...] == ordered.sorted())
  }

  @Test(
    "What is no version is none",
    arguments: ["", "latest", "1.2.3.4", "1..2", "1.x", "-1", "1-", "1.99999999999999999999", "1-~2", "1-é"])
  func none(text: String) {
    #expect(SemanticVersion(text) == nil)
  }

  @Test(
    "Ranges",
    arguments: [
      (">=1.2 <2", "1.2.0", true), (">=1.2 <2", "2.0.0", false), (">=1.2,<2", "1.9.9", true), ("^1.2", "1.9.0", true),
      ("^1.2", "2.0.0", false), ("^0.2", "0.3.0", false), ("~1.2.3", "1.2.9", true), ("~1.2.3", "1.3.0", false),
      ("1.4.x", "1.4.7", true), ("1.4.x", "1.5.0", false), ("1.x", "1.5.0", true), ("=1.0.0", "1.0.0", true),
      ("1.0.0", "1.0.1", false), (">1", "1.0.0", false), ("<=1", "1.0.0", true), (">=1", "1.1.0-rc.1", false),
      (">=1.1.0-rc.1", "1.1.0-rc.2", true), ("^1.2 || 3.x", "1.3.0", true), ("^1.2 || 3.x", "3.3.0", true),
      ("^1.2 || 3.x", "2.0.0", false), (">=1.2.0-0", "1.2.0-alpha", true), (">=1.2.0-0", "2.0.0-rc.1", true),
      (">=1.2.0-0", "1.1.0-rc.1", false), (">=1.2.0-0 <2.0.0-0", "2.0.0-rc.1", false),
      (">=1.2.0 <2.0.0-0", "1.3.0-rc.1", false), (">=1.2.0-0 || >=3", "3.0.0-rc.1", true),
      (">=1.2.0-0 <2 || >=3", "3.0.0-rc.1", false),
    ])
  func ranges(range: String, version: String, expected: Bool) throws {
    let range = try #require(SemanticVersionRange(range))
    #expect(range.contains(try #require(SemanticVersion(version))) == expected)
  }

  @Test(
    "A tag that begins as a version does is its numbers and what follows",
    arguments: [
      ("3.19.1-alpine", "3.19.1", "-alpine"), ("v1.28.3-k3s1", "1.28.3", "-k3s1"), ("3.19", "3.19.0", ""),
      ("V3alpine", "3.0.0", "alpine"), ("1.2.3.4-x", "1.2.3", ".4-x"), ("1..2", "1.0.0", "..2"), ("1.", "1.0.0", "."),
    ])
  func leading(tag: String, version: String, rest: String) throws {
    let found = try #require(SemanticVersion.leading(tag))
    #expect(found.version.description == version && found.rest == rest)
  }

  @Test(
    "A tag that begins with no number has no version",
    arguments: ["", "v", "alpine-3.19", "-1", "99999999999999999999"])
  func notLeading(tag: String) {
    #expect(SemanticVersion.leading(tag) == nil)
  }

  @Test(
    "What is no range is none",
    arguments: ["", " ", ">=", "^x", "x", "abc", "1.x.x.x.2", "1.2.3.x", ">=1.x", "1 ||", "||", "1 || x"])
  func noRange(text: String) {
    #expect(SemanticVersionRange(text) == nil)
  }

  @Test(
    "A range in full reads back as the same",
    arguments: [">=1.2 <2", "^0.2 || 1.4.x", "~1.2.3", "=1.0.0-rc.1", ">=1.2.0-rc.x", "1.2-rc.x"])
  func inFull(text: String) throws {
    let range = try #require(SemanticVersionRange(text))
    #expect(SemanticVersionRange(range.description) == range)
  }
}
