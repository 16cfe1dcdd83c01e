import ArgumentParser
import MirrorCore
import Testing

@testable import Commands

@Suite struct TagRuleOptionsTests {
  @Test("A suffix may begin with a dash, as suffixes do", arguments: [["--suffix", "-alpine"], ["--suffix=-alpine"]])
  func suffix(arguments: [String]) throws {
    let rule = try TagRuleOptions.parse(arguments + ["--semver", ">=3.18", "--latest", "2"]).rule
    #expect(rule == TagRule(semver: ">=3.18", suffix: "-alpine", latest: 2))
  }

  @Test("A maximum alone is a rule, of all tags") func maximum() throws {
    #expect(try TagRuleOptions.parse(["--max", "5"]).rule == TagRule(max: 5))
    #expect(try TagRuleOptions.parse([]).rule == nil)
  }
}
