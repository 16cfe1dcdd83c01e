import MirrorCore
import Support
import Testing

@testable import Interchange

struct VersionConstraintTests {
  @Test(
    "Ranges of other programs keep their meaning",
    arguments: [
      (">=1.2 <2", VersionConstraint.Dialect.regsyncReleases, ">=1.2 <2"), ("1.2", .regsyncReleases, "1.2"),
      ("^0.0.3", .regsyncReleases, ">=0.0.3 <0.0.4"), ("^0.2", .regsyncReleases, "^0.2"),
      ("~1", .regsyncReleases, "~1"),
      (">1.2", .regsyncReleases, ">1.2"), (">=1.2 <2", .regsync, ">=1.2.0 <2.0.0 >=0.0.0-0"),
      ("^1.2-rc.1", .regsync, ">=1.2.0-rc.1 <2.0.0 >=0.0.0-0"), (">=1.2-0", .regsync, ">=1.2-0"),
      (">= v3.5.4-0", .masterminds, ">=3.5.4-0"), (">=1.2-0", .masterminds, ">=1.2-0"),
      ("^1.2-0", .masterminds, ">=1.2.0-0 <2.0.0-0"), ("~1.2.3-rc.1", .masterminds, ">=1.2.3-rc.1 <1.3.0-0 >=0.0.0-0"),
      (">=1.2-0 <2 || >3", .masterminds, ">=1.2.0-0 <2.0.0 || >=4.0.0"), (">=1.2 <2", .masterminds, ">=1.2 <2"),
      (">= 1.2, < 2", .masterminds, ">=1.2.0 <2.0.0"),
      ("1.2", .masterminds, ">=1.2.0 <1.3.0"), ("1.2.x", .masterminds, "1.2.x"), ("*", .masterminds, ">=0.0.0"),
      ("~1", .masterminds, ">=1.0.0 <2.0.0"), ("~1.2.3", .masterminds, "~1.2.3"),
      ("^0.0.3", .masterminds, ">=0.0.3 <0.0.4"),
      ("^0", .masterminds, ">=0.0.0 <1.0.0"), (">11", .masterminds, ">=12.0.0"), ("<=11.2", .masterminds, "<11.3.0"),
      ("1.2 - 1.4.5", .masterminds, ">=1.2.0 <=1.4.5"), ("1.2.3 || >= 3", .masterminds, "=1.2.3 || >=3.0.0"),
      ("=1.2.3", .masterminds, "=1.2.3"), (">= 1.2.3 <2.x", .blang, ">=1.2.3 <2.0.0 >=0.0.0-0"),
      ("==1.2.3", .blang, "=1.2.3 >=0.0.0-0"), (">1.x", .blang, ">=2.0.0 >=0.0.0-0"),
      ("1.2.x", .blang, ">=1.2.0 <1.3.0 >=0.0.0-0"), ("<=1.2.x", .blang, "<1.3.0 >=0.0.0-0"),
    ])
  func translated(text: String, dialect: VersionConstraint.Dialect, expected: String) {
    #expect(VersionConstraint.translate(text, dialect) == expected)
  }

  /// As of regsync's TestFilterListVersionScheme, and of Masterminds' tests of prereleases in constraints.
  @Test(
    "A range picks what the other program picks by it",
    arguments: [
      (
        ">=1.0.0 <2.0.0", VersionConstraint.Dialect.regsync,
        ["v1.2.3-alpine3.21", "v1.5.0-alpine3.20", "v2.0.0-alpine3.21"], ["v0.9.0-alpine3.19", "v2.0.0"]
      ),
      (">=5.0.0", .regsync, ["v6-scratch", "v5.1-scratch", "v5"], ["v5-scratch", "v4-scratch"]),
      (
        ">= v3.5.4-0", .masterminds, ["v3.5.4-rc.1", "v3.5.4", "v3.6.0-alpha", "4.0.0-beta"], ["v3.5.3", "v3.5.3-rc.9"]
      ),
      (
        ">1.0.0-beta.1 < 2 || > 3", .masterminds, ["1.0.0", "1.5.0-rc.1", "2.0.0-rc.1", "4.0.0"],
        ["2.0.0", "4.0.0-rc.1"]
      ),
      ("^1.2-0", .masterminds, ["1.2.0-rc.1", "1.9.0-rc.1"], ["2.0.0-rc.1", "2.0.0"]),
      (">= 1.2", .masterminds, ["1.2.0"], ["1.3.0-rc.1"]),
    ])
  func picks(text: String, dialect: VersionConstraint.Dialect, inside: [String], outside: [String]) {
    let rule = TagRule(semver: VersionConstraint.translate(text, dialect))
    #expect(rule.semver != nil && rule.problem == nil)
    #expect(Set(rule.select(from: inside + outside)) == Set(inside))
  }

  @Test(
    "What a tag rule cannot say is refused",
    arguments: [
      ("!=1.2.3", VersionConstraint.Dialect.masterminds), (">=1.2-0", .regsyncReleases), ("", .masterminds),
      ("1 ||", .masterminds), (">=", .masterminds), ("abc", .masterminds), ("1.2.3.4", .regsync), ("1.x", .regsync),
      ("1 || 2", .regsync), (">= 1", .regsync), ("1.0-", .regsync), ("~>1", .regsync),
      (String(repeating: "~1 ", count: 200), .masterminds), ("==1.2.3", .masterminds), ("~1.2.3", .blang),
      ("^1.2.3", .blang), ("1.2", .blang), ("!1.2.3", .blang), ("x", .blang), ("1.*", .blang),
      ("1.2.3, <2.0.0", .blang),
    ])
  func refused(text: String, dialect: VersionConstraint.Dialect) {
    #expect(VersionConstraint.translate(text, dialect) == nil)
  }
}
