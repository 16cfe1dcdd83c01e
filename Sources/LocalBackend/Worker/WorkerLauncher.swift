import Glibc
import MirrorCore
import Subprocess
import Support
import SystemPackage

/// Starts the worker of a store as a process of its own session, which outlives this one and its terminal.
public struct WorkerLauncher: Sendable {
  /// Bytes at which the worker's log is put aside; the one put aside before is dropped.
  static let logLimit = 1 << 20

  /// The Batch executable.
  let executable: String

  public init(executable: String) {
    self.executable = executable
  }

  /// Returns once the worker runs. That one may find another at work, and end at once.
  ///
  /// - Throws: `MirrorError.backend` when it cannot be started; what is queued stays queued.
  func launch(for store: LocalStore) async throws {
    let log: FileDescriptor
    do throws(SystemError) {
      log = FileDescriptor(rawValue: try Self.log(store.root()))
    } catch {
      throw MirrorError(.backend, "the worker's log cannot be written: \(error)")
    }
    var options = PlatformOptions()
    options.createSession = true
    let (executable, folder) = (executable, store.folder)
    try await withCheckedThrowingContinuation { (started: CheckedContinuation<Void, any Error>) in
      let once = Lock<CheckedContinuation<Void, any Error>?>(started)
      // Waits for the worker's end as long as this process lives, so that no zombie stays.
      Task.detached { [options] in
        do {
          _ = try await Subprocess.run(
            .path(FilePath(executable)), arguments: ["worker", "--local", folder], workingDirectory: "/",
            platformOptions: options, input: .none, output: .fileDescriptor(log, closeAfterSpawningProcess: true),
            error: .combinedWithOutput
          ) { _ in once.take()?.resume() }
        } catch {
          once.take()?.resume(
            throwing: MirrorError(
              .backend, "the job is queued, but the worker \(executable) cannot be started: \(error)"))
        }
      }
    }
  }
}

extension WorkerLauncher {
  /// The worker's log, to be added to.
  private static func log(_ folder: OpenFolder) throws(SystemError) -> CInt {
    let flags = O_WRONLY | O_CREAT | O_APPEND
    let descriptor = try folder.file("worker.log", flags)
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size > logLimit else { return descriptor }
    close(descriptor)
    try folder.rename("worker.log", to: "worker.log.1")
    return try folder.file("worker.log", flags)
  }
}

extension Lock {
  /// The value, the first time; nil from then on.
  fileprivate func take<Wrapped: Sendable>() -> Wrapped? where Value == Wrapped? {
    withLock { value in
      defer { value = nil }
      return value
    }
  }
}
