import FoundationEssentials
import MirrorCore
import TestSupport

@testable import LocalBackend

/// A store in a folder of its own, which goes with it.
final class TemporaryStore: Sendable {
  private let temporary: TemporaryFolder
  let store: LocalStore

  init() throws {
    temporary = try TemporaryFolder()
    store = try LocalStore(folder: temporary.path)
  }

  var folder: String { temporary.path }

  /// A backend whose worker is a program that does nothing.
  var idle: Backend { .local(store, worker: WorkerLauncher(executable: "/bin/true")) }

  /// Makes an executable shell script that stands where the Batch executable does.
  func script(_ body: String) throws -> String {
    try temporary.standIn("batch-\(UUID().uuidString)", body)
  }
}

func request(_ source: String, _ origin: JobOrigin = .adhoc) -> JobRequest {
  JobRequest(origin: origin, mirror: source, source: source, destinations: ["d.example/x:1"])
}

extension JobQueue {
  /// Submits what the queue is to take.
  func submitted(_ requests: [JobRequest]) async throws -> [Submission] {
    try await submit(requests).map { try $0.get() }
  }
}
