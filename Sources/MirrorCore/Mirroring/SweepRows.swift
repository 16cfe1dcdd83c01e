import OCIRegistry
import Support

/// Rows of a sweep that wait for the looks at what they name.
struct SweepRows: Sendable {
  struct Row: Sendable {
    let entry: MirrorEntry
    /// What the row mirrors, or why it cannot be used.
    let images: Result<[MirrorImage], MirrorError>

    var targets: [LookTarget] {
      guard case .success(let images) = images else { return [] }
      return images.flatMap { [$0.sourceTarget] + $0.destinations.map { LookTarget($0) } }
    }
  }

  private var waiting: [Row]
  /// Everything distinct that some row names.
  let targets: Set<LookTarget>

  init(_ rows: [Row]) {
    waiting = rows
    targets = Set(rows.flatMap(\.targets))
  }

  /// The rows of which everything was seen, each once.
  mutating func takeReady(_ looks: [LookTarget: Look]) -> [Row] {
    let isReady = waiting.map { row in row.targets.allSatisfy { looks[$0] != nil } }
    let ready = zip(waiting, isReady).filter(\.1).map(\.0)
    waiting = zip(waiting, isReady).filter { !$0.1 }.map(\.0)
    return ready
  }
}

extension Observer {
  /// How often what was found is handed on while some looks are still waited for.
  private static let pause = Duration.milliseconds(500)

  /// Looks at references, and hands on what is known now and then, and at the end: one registry that does not answer
  /// keeps nobody waiting for what others said.
  nonisolated func looking(
    at targets: Set<LookTarget>, onLook: @escaping @Sendable () -> Void,
    handOn: ([LookTarget: Look]) async throws -> Void
  ) async throws {
    let (pauses, pause) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    async let looks: Void = {
      defer { pause.finish() }
      try await look(at: targets, onLook: onLook)
    }()
    let clock = Task {
      while (try? await Task.sleep(for: Self.pause)) != nil { pause.yield() }
    }
    defer { clock.cancel() }
    for await _ in pauses { try await handOn(await known) }
    try await looks
    try await handOn(await known)
  }
}
