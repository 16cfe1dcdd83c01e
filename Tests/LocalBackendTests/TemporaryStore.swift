import FoundationEssentials
import MirrorCore

@testable import LocalBackend

/// A store in a folder of its own, which goes with it.
final class TemporaryStore: Sendable {
  let folder: String
  let store: LocalStore

  init() throws {
    folder = FileManager.default.temporaryDirectory.path() + "/ecrmirror-test-" + UUID().uuidString
    store = try LocalStore(folder: folder)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// A backend whose worker is a program that does nothing.
  var idle: Backend { .local(store, worker: WorkerLauncher(executable: "/bin/true")) }

  /// Makes an executable shell script that stands where the Batch executable does.
  func script(_ body: String) throws -> String {
    let path = folder + "/batch-\(UUID().uuidString)"
    try Data("#!/bin/sh\n\(body)\n".utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    return path
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
