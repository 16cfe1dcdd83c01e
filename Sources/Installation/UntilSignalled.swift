public import Logging
import ServiceLifecycle
import Support
import UnixSignals

/// Runs `body` as a service which SIGTERM and SIGINT ask to shut down gracefully, and gives what it returns.
public func untilSignalled<Value: Sendable>(
  _ logger: Logger, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  let work = Work(body: body)
  // The group's own messages are of no use to a person.
  var quiet = logger
  quiet.logLevel = .error
  let group = ServiceGroup(
    configuration: ServiceGroupConfiguration(
      services: [
        .init(
          service: work, successTerminationBehavior: .gracefullyShutdownGroup,
          failureTerminationBehavior: .gracefullyShutdownGroup)
      ],
      gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet))
  try await group.run()
  guard let result = work.result.withLock(\.self) else { throw CancellationError() }
  return try result.get()
}

private struct Work<Value: Sendable>: Service {
  let body: @Sendable () async throws -> Value
  let result = Lock<Result<Value, any Error>?>(nil)

  func run() async throws {
    let outcome: Result<Value, any Error>
    do {
      outcome = .success(try await body())
    } catch {
      outcome = .failure(error)
    }
    result.withLock { $0 = outcome }
  }
}
