import Support
import Testing

@testable import Interchange

struct VersionConstraintTests {
  @Test(
    "Ranges of other programs keep their meaning",
    arguments: [
      (">=1.2 <2", VersionConstraint.Dialect.regsync, ">=1.2 <2"), ("1.2", .regsync, "1.2"),
      ("^0.0.3", .regsync, ">=0.0.3 <0.0.4"), ("^0.2", .regsync, "^0.2"), ("~1", .regsync, "~1"),
      (">1.2", .regsync, ">1.2"), (">=1.2 <2", .masterminds, ">=1.2 <2"),
      (">= 1.2, < 2", .masterminds, ">=1.2.0 <2.0.0"),
      ("1.2", .masterminds, ">=1.2.0 <1.3.0"), ("1.2.x", .masterminds, "1.2.x"), ("*", .masterminds, ">=0.0.0"),
      ("~1", .masterminds, ">=1.0.0 <2.0.0"), ("~1.2.3", .masterminds, "~1.2.3"),
      ("^0.0.3", .masterminds, ">=0.0.3 <0.0.4"),
      ("^0", .masterminds, ">=0.0.0 <1.0.0"), (">11", .masterminds, ">=12.0.0"), ("<=11.2", .masterminds, "<11.3.0"),
      ("1.2 - 1.4.5", .masterminds, ">=1.2.0 <=1.4.5"), ("1.2.3 || >= 3", .masterminds, "=1.2.3 || >=3.0.0"),
      ("=1.2.3", .masterminds, "=1.2.3"),
    ])
  func translated(text: String, dialect: VersionConstraint.Dialect, expected: String) {
    #expect(VersionConstraint.translate(text, dialect) == expected)
  }

  @Test(
    "What a tag rule cannot say is refused",
    arguments: [
      ("!=1.2.3", VersionConstraint.Dialect.masterminds), (">=1.2-0", .masterminds), ("", .masterminds),
      ("1 ||", .masterminds), (">=", .masterminds), ("abc", .masterminds), ("1.2.3.4", .regsync), ("1.x", .regsync),
      ("1 || 2", .regsync), (">= 1", .regsync), ("1.0-rc.1", .regsync), ("~>1", .regsync),
      (String(repeating: "~1 ", count: 200), .masterminds),
    ])
  func refused(text: String, dialect: VersionConstraint.Dialect) {
    #expect(VersionConstraint.translate(text, dialect) == nil)
  }
}
