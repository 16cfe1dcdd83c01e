import FoundationEssentials
import OCIRegistry
import Support
import Testing

@testable import MirrorCore

/// Which rows copy different images to one destination.
@Suite struct DestinationClaimsTests {
  static let now = Date(timeIntervalSince1970: 1_800_000_000)

  static func row(
    _ source: String, _ destination: String, tags: TagRule? = nil, seen: [String] = [], enabled: Bool = true,
    expires: Date? = nil
  ) -> MirrorEntry {
    var row = MirrorEntry(
      source: source, destinations: [destination], expires: expires, enabled: enabled, tags: tags)
    for key in seen { row.observed[key] = Observed(state: .inSync, since: now, checked: now) }
    return row
  }

  /// What the second row is refused for, beside the first.
  static func refusal(_ first: MirrorEntry, _ second: MirrorEntry) -> String? {
    do throws(MirrorError) {
      try DestinationClaims([first, second], now: now).check(second, now: now)
      return nil
    } catch {
      return error.reason
    }
  }

  @Test("The public sync.yaml: two repositories that skopeo's flattening puts into one; both rows are named")
  func flattened() throws {
    let one = Self.row("quay.io/team/ssorder:1", "d.example/m/ssorder")
    let two = Self.row("quay.io/team/ssorder/ssorder:1", "d.example/m/ssorder")
    let reason = try #require(Self.refusal(one, two))
    #expect(reason.contains(one.source) && reason.contains(two.source) && reason.contains("d.example/m/ssorder:1"))
    let claims = DestinationClaims([one, two], now: Self.now)
    #expect(claims.contests == [Contest(destination: "d.example/m/ssorder:1", rows: [two.source, one.source])])
  }

  @Test(
    "Rows that name their tags share a destination only where it is one tag of one repository",
    arguments: [
      ("b.example/x:1", "d.example/x:1", true), ("b.example/x:1", "d.example/x", true),
      ("b.example/x:2", "d.example/x", false), ("b.example/x:2", "d.example/x:1", true),
      ("b.example/x:1", "d.example/y", false), ("b.example/x:1", "e.example/x", false),
      ("a.example/x@sha256:\(String(repeating: "0", count: 64))", "d.example/x:1", true),
    ])
  func named(source: String, destination: String, isContested: Bool) {
    let first = Self.row("a.example/x:1", "d.example/x")
    #expect((Self.refusal(first, Self.row(source, destination)) != nil) == isContested)
    #expect((Self.refusal(Self.row(source, destination), first) != nil) == isContested)
  }

  @Test(
    "Tag rules, and a rule and a tag, by what their patterns and ranges can pick",
    arguments: [
      (TagRule(include: ["*"]), TagRule(include: ["*"]), true),
      (TagRule(include: ["1.*"]), TagRule(include: ["2.*"]), false),
      (TagRule(include: ["1.*"]), TagRule(include: ["*-alpine"]), true),
      (TagRule(include: ["1.*"]), TagRule(include: ["*"], exclude: ["1*"]), false),
      (TagRule(include: ["v+([0-9])"]), TagRule(include: ["v+([a-f])", "latest"]), false),
      (TagRule(include: ["v+([0-9a])"]), TagRule(include: ["v+([a-f])"]), true),
      (TagRule(semver: ">=1 <2"), TagRule(semver: ">=2 <3"), false),
      (TagRule(semver: ">=1 <=2"), TagRule(semver: ">=2 <3"), true),
      (TagRule(semver: ">=1 <2 || 4.x"), TagRule(semver: ">=2"), true),
      (TagRule(semver: ">=1"), TagRule(include: ["latest", "sha-*"]), false),
      (TagRule(semver: ">=1"), TagRule(include: ["v*"]), true),
      (TagRule(semver: ">=1"), TagRule(include: ["*-alpine"]), false),
      (TagRule(semver: ">=1-0"), TagRule(include: ["*-alpine"]), true),
      (TagRule(semver: ">=1"), TagRule(semver: ">=1", suffix: "-alpine"), false),
      (TagRule(suffix: "-alpine*"), TagRule(suffix: "-alpine3"), true),
      (TagRule(suffix: "-alpine"), TagRule(suffix: "-slim"), false),
      (TagRule(semver: ">=2", suffix: "-alpine"), TagRule(semver: "<2", suffix: "-alpine"), false),
      (TagRule(suffix: "-alpine"), TagRule(include: ["1.*"]), true),
      (TagRule(include: ["1*"], latest: 1), TagRule(include: ["*1"], latest: 1), true),
      (TagRule(semver: ">=1 <2"), nil, true),
      (TagRule(semver: ">=2"), nil, false),
      (TagRule(include: ["1.*"], exclude: ["1.5"]), nil, false),
    ] as [(TagRule, TagRule?, Bool)])
  func rules(one: TagRule, other: TagRule?, isContested: Bool) {
    let first = Self.row("a.example/x", "d.example/x", tags: one)
    let second = Self.row(other == nil ? "b.example/x:1.5" : "b.example/x", "d.example/x", tags: other)
    #expect((Self.refusal(first, second) != nil) == isContested)
    #expect((Self.refusal(second, first) != nil) == isContested)
  }

  @Test("The same image in two rows never flips")
  func same() {
    let rule = Self.row("a.example/x", "d.example/x", tags: TagRule(include: ["1*"]))
    #expect(Self.refusal(rule, Self.row("a.example/x:1.5", "d.example/x")) == nil)
    #expect(Self.refusal(rule, Self.row("a.example/x:2", "d.example/x:1.5")) != nil)
    #expect(
      Self.refusal(Self.row("nginx:1", "d.example/x"), Self.row("docker.io/library/nginx:1", "d.example/x")) == nil)
  }

  @Test("The same image in two rows flips where these have other platforms of it")
  func platforms() throws {
    let selected = ["linux/amd64,linux/arm64", "linux/arm64 linux/amd64", "linux/amd64"]
    var rules = [Self.row("a.example/x", "d.example/x", tags: TagRule(include: ["1*"]))]
    var tags = [Self.row("a.example/x:1.5", "d.example/x")]
    for names in selected {
      rules.append(rules[0])
      tags.append(tags[0])
      rules[rules.count - 1].select(try PlatformSelection([names]))
      tags[tags.count - 1].select(try PlatformSelection([names]))
    }
    let destination = try ImageReference("d.example/x:1.5")
    for (one, rule) in rules.enumerated() {
      for (other, tag) in tags.enumerated() {
        let isSame = one == other || Set([one, other]) == [1, 2]
        #expect((Self.refusal(rule, tag) == nil) == isSame)
        #expect((Self.refusal(tag, rule) == nil) == isSame)
        let claims = DestinationClaims([rule, tag], now: Self.now)
        #expect(claims.contests.isEmpty == isSame)
        let image = try #require(try tag.images().first)
        let rival = claims.rival(of: tag.source, copying: image.source, image.platforms, to: destination)
        #expect((rival == nil) == isSame)
      }
    }
    var changed = tags[0]
    changed.select(try PlatformSelection(["linux/amd64"]))
    #expect(changed.claimsMore(than: tags[0], at: Self.now) && !tags[0].claimsMore(than: tags[0], at: Self.now))
  }

  @Test("A row that is disabled or over is no rival, and is not refused")
  func inactive() {
    let one = Self.row("a.example/x:1", "d.example/x")
    for off in [
      Self.row("b.example/x:1", "d.example/x", enabled: false),
      Self.row("b.example/x:1", "d.example/x", expires: Self.now),
    ] {
      #expect(Self.refusal(off, one) == nil && Self.refusal(one, off) == nil)
      #expect(DestinationClaims([one, off], now: Self.now).contests.isEmpty)
    }
  }

  @Test("Rules that were looked at count by what they picked, others by their patterns")
  func seen() throws {
    let all = TagRule(include: ["*"])
    let tag = Self.row("b.example/x:1", "d.example/x")
    let image = try ImageReference("b.example/x:1")
    let destination = try ImageReference("d.example/x:1")
    func rival(_ rule: MirrorEntry) -> String? {
      var claims = DestinationClaims([tag, rule], now: Self.now)
      claims.keepShared()
      #expect(claims.contests.isEmpty == (claims.rival(of: tag.source, copying: image, to: destination) == nil))
      return claims.rival(of: tag.source, copying: image, to: destination)
    }
    #expect(rival(Self.row("a.example/x", "d.example/x", tags: all)) == "a.example/x")
    #expect(rival(Self.row("a.example/x", "d.example/x", tags: all, seen: ["d.example/x:1"])) == "a.example/x")
    #expect(rival(Self.row("a.example/x", "d.example/x", tags: all, seen: ["d.example/x:2"])) == nil)
  }

  @Test("What two of 20,000 rows share is found by one look at each; a row for each tag of one repository too")
  func many() throws {
    var rows = (0..<10_000).map { Self.row("a.example/x\($0):1", "d.example/x\($0)") }
    rows += (0..<10_000).map { Self.row("a.example/one:\($0)", "d.example/one") }
    rows.append(Self.row("b.example/one:77", "d.example/one"))
    var claims = DestinationClaims(rows, now: Self.now)
    claims.keepShared()
    #expect(claims.contests.map(\.destination) == ["d.example/one:77"])
    #expect(claims.repositories.count == 1)
  }
}
