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
}
