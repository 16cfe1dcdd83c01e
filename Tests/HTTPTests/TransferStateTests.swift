import Testing

@testable import HTTP

@Suite struct TransferStateTests {
  enum Step {
    case submit, start, cancel, finish
  }

  /// Runs steps and counts how often the waiter is answered: by the engine, by the cancellation or by itself.
  private func answers(to steps: [Step]) -> Int {
    var state = TransferState()
    var answers = 0
    for step in steps {
      switch step {
      case .submit: answers += state.submit() ? 0 : 1
      case .start: _ = state.start()
      case .cancel: answers += state.cancel() == .nothing ? 0 : 1
      case .finish: answers += state.finish() ? 1 : 0
      }
    }
    return answers
  }

  @Test func whateverTheOrderTheWaiterIsAnsweredOnceAndOnlyAfterItSubmitted() {
    // The waiter submits once, the engine starts and finishes once, in that order; a cancellation comes at any place.
    let engine: [[Step]] = [[.submit], [.submit, .finish], [.submit, .start], [.submit, .start, .finish]]
    for steps in engine {
      #expect(answers(to: steps) == (steps.contains(.finish) ? 1 : 0), "\(steps)")
      for place in 0...steps.count {
        var cancelled = steps
        cancelled.insert(.cancel, at: place)
        #expect(answers(to: cancelled) == 1, "\(cancelled)")
        cancelled.insert(.cancel, at: steps.count)
        #expect(answers(to: cancelled) == 1, "\(cancelled)")
      }
    }
  }

  @Test(
    "A cancelled transfer is never started, or stopped and its outcome ignored",
    arguments: [
      ([Step.cancel, .submit, .start, .finish], ["nothing", "false", "false", "false"]),
      ([.submit, .cancel, .start, .finish], ["true", "answer", "false", "false"]),
      ([.submit, .start, .cancel, .finish, .cancel], ["true", "true", "answerAndStop", "false", "nothing"]),
      ([.submit, .start, .finish, .cancel], ["true", "true", "true", "nothing"]),
      ([.submit, .finish, .start], ["true", "true", "false"]),
      ([.submit, .submit], ["true", "false"]),
    ])
  func steps(steps: [Step], outcomes: [String]) {
    var state = TransferState()
    let results = steps.map { step in
      switch step {
      case .submit: "\(state.submit())"
      case .start: "\(state.start())"
      case .cancel: "\(state.cancel())"
      case .finish: "\(state.finish())"
      }
    }
    #expect(results == outcomes)
  }
}
