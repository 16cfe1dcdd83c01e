import MirrorCore
import Testing

@testable import Installation

struct InstallationChoiceTests {
  @Test("A folder that was given goes before the environment's stack, a stack that was given before nothing")
  func order() throws {
    let environment = ["ECRMIRROR_STACK": "prod"]
    #expect(try InstallationChoice(environment: environment).stack == "prod")
    #expect(try InstallationChoice(stack: "test", environment: environment).stack == "test")
    #expect(try InstallationChoice(folder: "/x", environment: environment).stack == nil)
    #expect(try InstallationChoice(environment: ["ECRMIRROR_STACK": ""]).stack == nil)
  }

  @Test("Both together, or an empty folder, are refused")
  func refused() {
    #expect(throws: MirrorError.self) { try InstallationChoice(folder: "/x", stack: "prod", environment: [:]) }
    #expect(throws: MirrorError.self) { try InstallationChoice(folder: "", environment: [:]) }
  }

  @Test(
    "Another installation is a stack of the configuration, a folder, this machine's own, or a stack beside this one",
    arguments: [
      ("prod", nil, "prod", "us-east-1", nil),
      ("/srv/mirrors", "/srv/mirrors", nil, nil, nil),
      ("./here", "./here", nil, nil, nil),
      ("local", "/home/ann/.local/share/ecrmirror", nil, nil, nil),
      ("other", nil, "other", "eu-central-1", "ops"),
    ] as [(String, String?, String?, String?, String?)])
  func other(name: String, folder: String?, stack: String?, region: String?, profile: String?) throws {
    let environment = ["HOME": "/home/ann", "ECRMIRROR_STACK": "test"]
    let here = try InstallationChoice(region: "eu-central-1", profile: "ops", environment: environment)
    let stacks = try Configuration(yaml: "stacks: {prod: {region: us-east-1}}", file: "").stacks
    let there = here.other(name, stacks: stacks, locations: Locations(environment: environment))
    #expect((there.folder, there.stack) == (folder, stack))
    #expect((there.region, there.profile) == (region, profile))
    #expect(there.title(Locations(environment: environment)) == stack ?? folder)
    // A stack beside that one has its region.
    if stack == "prod" {
      #expect(there.other("y", stacks: stacks, locations: Locations(environment: [:])).region == region)
    }
  }
}
