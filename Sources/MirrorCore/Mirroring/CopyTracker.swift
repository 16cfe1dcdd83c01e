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
    var hasSizes = false
    var throttled: Set<String> = []

    func progress(to destination: ImageReference, _ count: JobProgress.Count) -> JobProgress {
      var progress = output.progress(to: destination.description, destinations: count)
      if !throttled.isEmpty { progress.pressure = throttled.reduce(into: [:]) { $0[$1] = .throttled } }
      return progress
    }
  }

  private let state = Lock(State())
  /// Of the skopeo that copies.
  let traffic = ProcessTraffic()
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

  /// Bytes that are told of together: a process that waits still writes to wake its own threads, some hundred bytes a
  /// second.
  private static let grain: Int64 = 131_072

  func note(_ line: String) {
    // The last figures of a process that is about to end.
    if line.hasPrefix("Writing manifest") { learnTraffic() }
    state.withLock { state in
      if let blob = state.output.note(line) { state.unsized.append(blob) }
    }
  }

  /// A registry wants less.
  func noteThrottled(_ registry: String) {
    state.withLock { _ = $0.throttled.insert(registry) }
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
      let progress = progress
      // Where nothing moves, nothing is told: each report is a write.
      if progress == last { continue }
      last = progress
      await report(progress)
    }
  }

  private var progress: JobProgress {
    state.withLock { $0.progress(to: destination, count) }
  }

  /// How far it came, once skopeo ended well. A copy that was watched for a while is told to the byte.
  func finish() async -> JobProgress {
    if state.withLock(\.hasSizes) { await learnSizes() }
    let moved = state.withLock { state in
      state.output.noteEnd()
      return state.output.moved
    }
    var progress = progress
    progress.bytes = JobProgress.Count(done: moved, total: moved)
    return progress
  }

  /// How far it came, where a registry wanted less.
  var pressed: JobProgress? {
    state.withLock { $0.throttled.isEmpty ? nil : $0.progress(to: destination, count) }
  }

  private func learnTraffic() {
    guard let sent = traffic.sent.map({ $0 - $0 % Self.grain }) else { return }
    state.withLock { $0.output.note(sent: sent) }
  }

  private func learnSizes() async {
    let blobs = state.withLock { state in
      defer { state.unsized = [] }
      return state.unsized
    }
    for blob in blobs {
      guard let size = try? await registries.blobSize(blob, in: source, for: .pull) else {
        if Task.isCancelled { state.withLock { $0.unsized.append(blob) } }
        continue
      }
      state.withLock { state in
        state.hasSizes = true
        state.output.know(size: size, of: blob)
      }
    }
  }

  private func learnArrivals() async {
    for blob in state.withLock({ $0.output.underWay }) {
      guard let found = try? await registries.blobSize(blob, in: destination), found > 0 else { continue }
      state.withLock { state in
        state.output.noteArrival(of: blob)
      }
    }
  }
}
