import AWSBackend
import Foundation
import LocalBackend
import Logging
import MemoryBackend
import MirrorCore
import Support
import TestSupport
import Testing

/// A job queue of its own on one of the backends, with jobs that run a shell script: what holds for one must hold for
/// the others.
struct Queues {
  enum Kind: String, CaseIterable, CustomTestStringConvertible {
    case memory
    case local
    case batch = "AWS Batch"
    case moto = "AWS Batch of moto"
    var testDescription: String { rawValue }

    /// Those whose jobs run: moto keeps the books of jobs that wait.
    static let running: [Kind] = [.memory, .local, .batch]
  }

  let queue: any JobQueue
  let logs: any JobLogs
  /// The same queue, as another process has it open.
  let other: () throws -> any JobQueue
  /// Sees to it that somebody works on what is queued, until all has ended.
  let work: @Sendable () async throws -> Void
  private let folder: TemporaryFolder?

  /// - Parameters:
  ///   - script: what a job runs; `$1` is `mirror`, `$2` is `--`, `$3` the source, `$4` the destinations.
  ///   - waits: whether jobs stay where they are.
  ///   - isBrief: whether an attempt may take no more than a moment.
  static func open(
    _ kind: Kind, script: String = "true", waits: Bool = false, isBrief: Bool = false
  ) async throws -> Queues {
    switch kind {
    case .memory: memory(script, isBrief)
    case .local: try local(script, isBrief)
    case .batch: try await batch(BatchFixture.hastyEmulator(), script, waits: waits, isBrief)
    case .moto: try await batch(Emulator.shared(.moto), script, waits: waits, isBrief)
    }
  }

  private static func memory(_ script: String, _ isBrief: Bool) -> Queues {
    let installation = MemoryInstallation()
    let limit = isBrief ? Duration.milliseconds(600) : .seconds(360)
    return Queues(
      queue: installation.queue, logs: installation.backend.logs, other: { installation.queue },
      work: {
        try await installation.queue.work { order, log in await ScriptedJob(script, order).run(within: limit, log) }
      }, folder: nil)
  }

  private static func local(_ script: String, _ isBrief: Bool) throws -> Queues {
    let folder = try TemporaryFolder()
    let program = try folder.standIn("batch", script)
    // Only `work` starts a worker.
    let open: @Sendable () throws -> LocalQueue = {
      LocalQueue(try LocalStore(folder: folder.path), launcher: WorkerLauncher(executable: "/bin/true"))
    }
    let store = try LocalStore(folder: folder.path)
    let options = LocalWorker.Options(
      parallel: 4, timeout: isBrief ? .milliseconds(600) : .seconds(360), grace: .seconds(30),
      retry: RetryRules(attempts: 3, backoff: Backoff(base: .zero, limit: .zero)))
    return Queues(
      queue: try open(), logs: LocalLogs(store), other: open,
      work: {
        let worker = LocalWorker(
          store: store, options: options, executable: program,
          logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        _ = try await worker.run()
      }, folder: folder)
  }

  private static func batch(
    _ emulator: Emulator, _ script: String, waits: Bool, _ isBrief: Bool
  ) async throws -> Queues {
    let fixture = try await BatchFixture(
      emulator, script: script, fits: !waits, timeout: .seconds(isBrief ? 60 : 36_000))
    let queue = fixture.queue()
    return Queues(
      queue: queue, logs: fixture.logs(queue), other: { fixture.queue() },
      work: {
        try await waitFor("the end of all jobs") {
          try await !queue.jobs(finished: 0).contains(where: \.state.isLive)
        }
      }, folder: nil)
  }
}
