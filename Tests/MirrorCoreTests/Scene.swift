import Foundation
import Logging
import MemoryBackend
import MirrorCore
import OCIRegistry
import Support
import Testing

/// An installation with its registries and copier, all in memory: what a program does to it takes no process, file or
/// socket.
struct Scene: Sendable {
  let installation = MemoryInstallation { Scene.now }
  let registries = MemoryRegistries()
  let copier: ScriptedCopier
  var backend: Backend { installation.backend }

  /// What leases are held against: a busy machine takes longer than one lasts.
  static let now = Date.now
  static let source = "r.example/app:1"
  static let here = "d.example/app:1"
  static let there = "e.example/app:1"
  static let old = Digest.sha256(of: [0])
  static let new = Digest.sha256(of: [1])
  static let newer = Digest.sha256(of: [2])

  typealias Script = @Sendable (MemoryRegistries, ImageCopy) async throws(CopyFailure) -> Void

  /// With an image at the source and nothing anywhere else.
  ///
  /// - Parameters:
  ///   - before: what happens during a copy, before the image arrives.
  ///   - after: what happens when it has arrived.
  init(_ before: @escaping Script = { _, _ in }, after: @escaping Script = { _, _ in }) {
    let registries = registries
    copier = ScriptedCopier(
      registries, before: { copy async throws(CopyFailure) in try await before(registries, copy) },
      after: { copy async throws(CopyFailure) in try await after(registries, copy) })
    registries.push(Self.new, to: Self.source)
  }

  var service: MirrorService { MirrorService(backend: backend, registries: registries.client, askedBy: "ann@web1") }

  /// A row of the source to both destinations.
  @discardableResult
  func addRow(_ change: (inout MirrorEntry) -> Void = { _ in }) async throws -> MirrorEntry {
    var entry = MirrorEntry(source: Self.source, destinations: [Self.here, Self.there])
    change(&entry)
    try await backend.table.write([.add(entry)])
    return entry
  }

  func observed(_ destination: String, of row: String = source) async throws -> Observed? {
    try await backend.table.entry(row)?.observed[destination]
  }

  func job(_ order: JobOrder) -> MirrorJob {
    MirrorJob(
      backend: backend, registries: registries.client, copier: copier, order: order,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  /// One try at a job for the row.
  func order(
    _ destinations: [String] = [here, there], id: String = "j1", attempt: Int = 1, options: [String: JSONValue]? = [:]
  ) -> JobOrder {
    JobOrder(
      id: id, attempt: attempt,
      request: JobRequest(
        origin: .run, mirror: Self.source, source: Self.source, destinations: destinations, options: options,
        askedBy: "ann@web1", run: "r1"))
  }

  /// Works off the queue as a worker does.
  func work() async throws {
    try await installation.queue.work { order, _ in .exited(await job(order).run().rawValue) }
  }

  /// The records of finished jobs, newest first.
  func records() async throws -> [JobRecord] {
    try await backend.history.items(of: nil, limit: 100).compactMap { item in
      if case .job(let record) = item { record } else { nil }
    }
  }

  func record() async throws -> JobRecord {
    try #require(try await records().first)
  }
}
