import Glibc
import MirrorCore
import Subprocess
import Support
import SystemPackage

/// One try at a job that runs a shell script in a session of its own, for a queue that has no worker with processes.
struct ScriptedJob: Sendable {
  private let script: String
  private let order: JobOrder

  init(_ script: String, _ order: JobOrder) {
    self.script = script
    self.order = order
  }

  /// Runs it, with all that it started stopped where the task is cancelled or `limit` has passed.
  func run(within limit: Duration, _ log: @escaping @Sendable (String) -> Void) async -> AttemptEnd {
    var options = PlatformOptions()
    options.createSession = true
    var environment: [Environment.Key: String?] = [:]
    for (name, value) in order.environment { environment[.init(stringLiteral: name)] = .some(value) }
    let isLate = Lock(false)
    do {
      let result = try await Subprocess.run(
        .path("/bin/sh"),
        arguments: ["-c", script, "job", "mirror", "--", order.source, JobWords.joined(order.destinations)],
        environment: .inherit.updating(environment), platformOptions: options, input: .none, output: .sequence,
        error: .combinedWithOutput
      ) { execution in
        let leader = execution.processIdentifier.value
        let watch = Task {
          try await Task.sleep(for: limit)
          isLate.withLock { $0 = true }
          kill(-leader, SIGKILL)
        }
        defer { watch.cancel() }
        try await withTaskCancellationHandler {
          var lines = LineSplitter()
          for try await chunk in execution.standardOutput {
            chunk.withUnsafeBytes { bytes in lines.feed(bytes) }.forEach(log)
          }
          if let last = lines.finish() { log(last) }
        } onCancel: {
          kill(-leader, SIGKILL)
        }
      }
      if isLate.withLock(\.self) { return .timedOut }
      switch result.terminationStatus {
      case .exited(let code): return .exited(Int(code))
      case .signaled(let signal): return .signaled(Int(signal))
      }
    } catch {
      return Task.isCancelled ? .cancelled("stopped") : .notStarted("\(error)")
    }
  }
}
