import Glibc
import OCIRegistry
import Support

/// Tells how far a copy is, from skopeo's lines, from blob sizes, and from what its process has written.
///
/// Sizes come by HEAD of the blobs, which no registry counts as a pull; a manifest at the source is never read. Which of
/// the blobs under way have arrived is asked of the destination now and then.
final class CopyTracker: Sendable {
  private struct State {
    var output = SkopeoOutput()
    /// Blobs whose size nobody has asked for.
    var unsized: [Digest] = []
    var isNew = true
    var process: pid_t?
  }

  private let state = Lock(State())
  private let registries: RegistryClient
  private let source: ImageReference
  private let destination: ImageReference
  private let count: JobProgress.Count
  private let report: @Sendable (JobProgress) async -> Void

  init(
    registries: RegistryClient, source: ImageReference, destination: ImageReference, count: JobProgress.Count,
    report: @escaping @Sendable (JobProgress) async -> Void
  ) {
    self.registries = registries
    self.source = source
    self.destination = destination
    self.count = count
    self.report = report
  }

  /// skopeo runs as this process.
  func started(_ process: pid_t) {
    state.withLock { $0.process = process }
  }

  func note(_ line: String) {
    // The last figures of a process that is about to end.
    if line.hasPrefix("Writing manifest") { learnTraffic() }
    state.withLock { state in
      if let blob = state.output.note(line) { state.unsized.append(blob) }
      state.isNew = true
    }
  }

  /// Reports twice a second what is new, until cancelled. The first figures come after the first pause: a copy that is
  /// over by then costs no request more.
  func watch() async {
    var rounds = 0
    var last: JobProgress?
    while !Task.isCancelled {
      do { try await Task.sleep(for: .milliseconds(500)) } catch { return }
      rounds += 1
      await learnSizes()
      learnTraffic()
      if rounds % 4 == 0 { await learnArrivals() }
      let progress = state.withLock { state -> JobProgress? in
        guard state.isNew else { return nil }
        state.isNew = false
        return state.output.progress(to: destination.description, destinations: count)
      }
      // Where nothing moves, nothing is told: each report is a write.
      guard let progress, progress != last else { continue }
      last = progress
      await report(progress)
    }
  }

  /// How far it came, once skopeo ended well.
  func finish() -> JobProgress {
    state.withLock { state in
      state.process = nil
      state.output.noteEnd()
      var progress = state.output.progress(to: destination.description, destinations: count)
      progress.bytes = JobProgress.Count(done: state.output.moved, total: state.output.moved)
      return progress
    }
  }

  private func learnTraffic() {
    state.withLock { state in
      guard let process = state.process, let written = ProcessTraffic.written(by: process) else { return }
      let before = state.output
      state.output.note(sent: written)
      if state.output != before { state.isNew = true }
    }
  }

  private func learnSizes() async {
    let blobs = state.withLock { state in
      defer { state.unsized = [] }
      return state.unsized
    }
    for blob in blobs {
      guard let size = try? await registries.blobSize(blob, in: source, for: .pull) else { continue }
      state.withLock { state in
        state.output.know(size: size, of: blob)
        state.isNew = true
      }
    }
  }

  private func learnArrivals() async {
    for blob in state.withLock({ $0.output.underWay }) {
      guard let found = try? await registries.blobSize(blob, in: destination), found > 0 else { continue }
      state.withLock { state in
        state.output.noteArrival(of: blob)
        state.isNew = true
      }
    }
  }
}
