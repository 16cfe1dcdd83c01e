import FoundationEssentials
import Glibc
import Logging
import Support

/// Takes one event after another, and sees to it that each gets its answer or its error.
struct RunLoop: Sendable {
  /// What the function does with an event.
  ///
  /// Its errors are reported by `FunctionError.init(_:)`; it is cancelled shortly before the deadline.
  typealias Handler = @Sendable (_ event: [UInt8], _ context: Context) async throws -> [UInt8]

  /// What goes with an event.
  struct Context: Sendable {
    let requestID: String
    let deadline: Date
    /// Says the request's id on every line.
    let logger: Logger
  }

  /// Bytes of an answer: 6 MiB, https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  static let answerLimit = 6 << 20

  let client: RuntimeClient
  let logger: Logger
  let handler: Handler

  /// Works until the task is cancelled.
  ///
  /// - Throws: `RuntimeError` when the Runtime API fails: then the program must end.
  func run() async throws(RuntimeError) {
    while !Task.isCancelled {
      do throws(RuntimeError) {
        try await handle(try await client.next())
      } catch {
        if error.kind == .cancelled { return }
        throw error
      }
    }
  }

  private func handle(_ invocation: Invocation) async throws(RuntimeError) {
    TraceVariable.set(invocation.traceID)
    var logger = logger
    logger[metadataKey: "requestId"] = "\(invocation.requestID)"
    let outcome = await outcome(of: invocation, logger)
    // In a task of its own, for this one may be cancelled: what the work came to is said all the same.
    let (client, id) = (client, invocation.requestID)
    let told = await Task { () async -> Result<RuntimeClient.Reception, RuntimeError> in
      do throws(RuntimeError) {
        switch outcome {
        case .success(let answer): return .success(try await client.answer(id, with: answer))
        case .failure(let error): return .success(try await client.report(id, error))
        }
      } catch {
        return .failure(error)
      }
    }.value
    if case .refused(let status) = try told.get() {
      // Lambda has told the caller already: what it got is too large, or the invocation was over before.
      logger.error("Lambda refused the invocation's result", metadata: ["status": "\(status)"])
    }
  }

  private func outcome(of invocation: Invocation, _ logger: Logger) async -> Result<[UInt8], FunctionError> {
    let failure: FunctionError
    do {
      guard let deadline = invocation.deadline else { throw FunctionError.noDeadline }
      let context = Context(requestID: invocation.requestID, deadline: deadline, logger: logger)
      let answer = try await Deadline(end: deadline).hold { [handler] in
        try await handler(invocation.event, context)
      }
      if answer.count <= Self.answerLimit { return .success(answer) }
      failure = FunctionError(
        type: "Function.ResponseSizeTooLarge",
        message: "the answer has \(answer.count) bytes, and Lambda accepts at most \(Self.answerLimit)")
    } catch let error as FunctionError {
      failure = error
    } catch {
      failure = Task.isCancelled ? .shutDown : FunctionError(error)
    }
    logger.error("\(failure.message)", metadata: ["errorType": "\(failure.type)"])
    return .failure(failure)
  }
}

extension FunctionError {
  fileprivate static let noDeadline = FunctionError(
    type: "Runtime.NoDeadline",
    message: "nothing was started: Lambda delivered the event without a valid deadline in milliseconds")

  fileprivate static let shutDown = FunctionError(
    type: "Runtime.ShutDown", message: "Lambda asked the program to shut down while it was working")
}
