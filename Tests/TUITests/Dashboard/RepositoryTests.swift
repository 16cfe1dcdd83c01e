import FoundationEssentials
import MirrorCore
import OCIRegistry
import Terminal
import Testing

@testable import TUI

/// Repositories that are missing at destinations, and the key that creates them.
@Suite struct RepositoryTests {
  private static let name = "\(Sample.account)/team/app"

  private static func state() throws -> State {
    let missing = MissingRepository(try ImageReference("\(name):1"))
    let mirrors = (1...2).map { number in
      MirrorRow(
        Sample.mirror("quay.io/team/app:\(number)", to: ["\(name):\(number)"], .failed, error: missing.reason))
    }
    let other = MirrorRow(Sample.mirror("quay.io/team/other:1", to: ["\(name):other"], .inSync))
    return Sample.state(load: Load(at: Sample.now, mirrors: mirrors + [other], jobs: [], lastSweep: nil))
  }

  @Test("n asks, and creates each repository once for all rows that copy to it") func key() throws {
    var state = try Self.state()
    state.type("*n")
    let text = state.render().grid.text
    #expect(text.contains("Create \(Self.name)?") && text.contains("Then 2 mirrors are copied."))
    #expect(
      state.type("y") == [
        .act(
          .createRepositories([
            NewRepository(name: Self.name, mirror: "quay.io/team/app:1"),
            NewRepository(name: Self.name, mirror: "quay.io/team/app:2"),
          ]))
      ])
  }

  @Test("Where none is missing it says so") func none() throws {
    var state = try Self.state()
    state.type("/other<Enter>")
    #expect(state.type("n") == [] && state.input == nil)
    #expect(state.said.contains("no ECR repository is known to be missing here"))
  }

  @Test("A problem of that kind says so, and its remedy is the same key") func problem() throws {
    var state = try Self.state()
    state.type("6")
    #expect(state.problems.row(0)?.advice == "n creates the repository, and mirrors")
    #expect(state.problems.row(0)?.cause?.title.hasSuffix("the repository is missing") == true)
    state.type("f")
    guard case .confirmation(let question) = state.input else { return #expect(Bool(false), "nothing is asked") }
    #expect(question.question == "Create \(Self.name)?")
  }
}
