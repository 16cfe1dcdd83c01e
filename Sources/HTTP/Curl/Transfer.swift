import Support

/// One request on its way through the engine, and the task that waits for its outcome.
final class Transfer: Sendable {
  typealias Outcome = Result<HTTPResponse, HTTPError>

  let request: HTTPRequest
  let url: HTTPURL
  private let shared = Lock(Shared())

  private struct Shared {
    var state = TransferState()
    var waiter: CheckedContinuation<Outcome, Never>?

    mutating func takeWaiter() -> CheckedContinuation<Outcome, Never>? {
      defer { waiter = nil }
      return waiter
    }
  }

  init(_ request: HTTPRequest, to url: HTTPURL) {
    self.request = request
    self.url = url
  }

  /// Hands the transfer to `enqueue` and waits. A cancelled wait ends at once, whatever the engine is doing.
  func run(on engine: CurlEngine) async -> Outcome {
    await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in
        let submitted = shared.withLock { shared in
          guard shared.state.submit() else { return false }
          shared.waiter = waiter
          return true
        }
        if !submitted {
          waiter.resume(returning: .failure(cancelled))
        } else if !engine.enqueue(self) {
          finish(.failure(HTTPError(.shutDown, host: url.authority)))
        }
      }
    } onCancel: {
      let (action, waiter) = shared.withLock { shared in
        let action = shared.state.cancel()
        return (action, shared.takeWaiter())
      }
      waiter?.resume(returning: .failure(cancelled))
      if action == .answerAndStop { engine.stop(self) }
    }
  }

  /// Called by the engine before it starts: false when there is nothing left to do.
  func start() -> Bool {
    shared.withLock { $0.state.start() }
  }

  /// Answers the waiter, unless it was cancelled.
  func finish(_ outcome: Outcome) {
    let waiter = shared.withLock { shared in
      shared.state.finish() ? shared.takeWaiter() : nil
    }
    waiter?.resume(returning: outcome)
  }

  private var cancelled: HTTPError { HTTPError(.cancelled, host: url.authority) }
}
