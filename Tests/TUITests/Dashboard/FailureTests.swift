import FoundationEssentials
import MirrorCore
import Terminal
import Testing

@testable import TUI

/// The words for what fails, and when it is tried again.
@Suite struct FailureTests {
  private static let sentence = "there is no usable table t in eu-central-1"

  @Test("Each cause has a title of its own that fits beside the countdown, and a word to filter by")
  func titles() {
    let causes = Outage.Cause.allCases
    #expect(Set(causes.map(\.title)).count == causes.count)
    for cause in causes {
      #expect(" \(cause.title), retrying in 8s".columns <= 40, "\(cause)")
      #expect(ProblemKind.words.contains(cause.word), "\(cause)")
    }
  }

  @Test(
    "A failure says what failed and what to do, whatever was thrown",
    arguments: [
      (
        MirrorError(.backend, sentence, Outage(.gone, "restore it")) as any Error, "not found",
        "not found: \(sentence); restore it"
      ),
      (MirrorError(.conflict, "it was changed meanwhile"), "error", "it was changed meanwhile"),
      (CancellationError(), "error", "CancellationError()"),
    ])
  func sentences(error: any Error, title: String, sentence: String) {
    #expect(Failure(error).title == title)
    #expect(Failure(error).sentence == sentence)
  }

  @Test("What came from outside cannot steer the terminal") func cleaned() {
    let failure = Failure(MirrorError(.backend, "a\u{1b}[2J", Outage(.denied, "b\u{1b}[2J")))
    #expect(!failure.sentence.utf8.contains(0x1b))
  }

  @Test(
    "Who signs in again waits two seconds; whoever throttles is left alone for longer each time",
    arguments: [
      (Outage.Cause.signedOut, [2, 2, 2, 2, 2]), (.throttled, [4, 8, 16, 32, 60]), (.unreachable, [1, 2, 4, 8, 15]),
      (.gone, [1, 2, 4, 8, 8]),
    ])
  func pauses(cause: Outage.Cause, seconds: [Int]) {
    let failure = Failure(MirrorError(.backend, "it fails", Outage(cause, "wait")))
    #expect((1...5).map { failure.pause(after: $0) } == seconds.map { .seconds($0) })
  }

  @Test("What to do is seen whole, however narrow the screen", arguments: [(24, 80), (50, 200), (10, 40), (24, 40)])
  func advice(rows: Int, columns: Int) {
    let advice = "restore it or deploy the stack again, or check --stack, --region and --profile"
    var state = Sample.state()
    let failure = Failure(MirrorError(.backend, Self.sentence, Outage(.gone, advice)))
    _ = state.reduce(.loadFailed(failure, at: Sample.now, retry: Sample.now.addingTimeInterval(4)))
    _ = state.reduce(.resized(Size(rows: rows, columns: columns)))
    let text = state.render().grid.text
    #expect(text.contains("not found, retrying in 4s"))
    #expect(text.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(advice))
    state.type("6")
    #expect(state.render().grid.text.contains("gone"))
  }
}
