import AWSBackend
import HTTP
import MirrorCore

extension Function {
  /// What the function does with an event.
  ///
  /// - Throws: a `FunctionError` where the environment cannot be used.
  func handler(environment: [String: String], transport: any HTTPTransport) throws(FunctionError) -> RunLoop.Handler {
    let access = try StackAccess(environment: environment, transport: transport)
    switch self {
    case .schedule:
      return { event, context in
        let stack = try await access.open().stack
        let control = ControlQueue(
          recent: { try await stack.queue.controlJobs() },
          submit: { name, run in try await stack.queue.submitControl(run: run, name: name) })
        let function = ScheduleFunction(
          history: stack.backend.history, queue: stack.queue, control: control, isPaused: stack.isTimerPaused)
        return try await function.handle(event, context)
      }
    case .push:
      return { event, context in
        let opened = try await access.open()
        let function = PushFunction { image in
          var report = SweepReport()
          for name in opened.stack.settings.names(of: image) { report.merge(try await opened.service.push(name)) }
          return report
        }
        return try await function.handle(event, context)
      }
    }
  }
}
