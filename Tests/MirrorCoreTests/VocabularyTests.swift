import FoundationEssentials
import MirrorCore
import Testing

struct VocabularyTests {
  @Test("No two states mean the same, weigh the same or are called the same")
  func states() {
    let states = DestinationState.allCases
    #expect(Set(states.map(\.weight)).count == states.count)
    #expect(Set(states.map(\.meaning)).count == states.count)
    #expect(states.allSatisfy { !$0.meaning.isEmpty && $0.meaning.first?.isUppercase == false })
  }

  @Test("What needs a person is urgent before all that does not, and what is fine is no drift")
  func urgency() {
    let (urgent, others) = (
      DestinationState.allCases.filter(\.isProblem), DestinationState.allCases.filter { !$0.isProblem }
    )
    #expect(Set(urgent) == [.failed, .blocked, .contested, .sourceMissing, .unreachable])
    #expect(urgent.map(\.weight).min() ?? 0 > others.map(\.weight).max() ?? 0)
    for state in DestinationState.allCases where [.good, .idle, .busy].contains(state.severity) {
      #expect(!state.isDrift, "\(state)")
    }
    #expect(DestinationState.allCases.filter(\.isUnderWay) == [.queued, .copying])
  }

  @Test("Faults are in one order, and one that stops all copying comes before any mirror")
  func faults() {
    #expect(Fault.Kind.allCases.sorted() == Fault.Kind.allCases)
    let worst = DestinationState.allCases.map(\.weight).max() ?? 0
    for kind in Fault.Kind.allCases where kind.severity == .bad { #expect(kind.weight > worst, "\(kind)") }
  }

  @Test(
    "A job is stuck that does not run ten minutes after it was queued",
    arguments: [
      (JobState.runnable, 601, true), (.starting, 601, true), (.runnable, 600, false), (.running, 86400, false),
      (.failed, 86400, false), (.succeeded, 86400, false),
    ])
  func stuck(state: JobState, age: TimeInterval, expected: Bool) {
    let created = Date(timeIntervalSince1970: 1_795_000_000)
    #expect(state.isStuck(since: created, at: created + age) == expected)
  }
}
