public import OCIRegistry
import Support

/// Looks at references, each distinct one once in its life, however many rows name it.
///
/// One sweep uses one observer. Registries are looked at side by side, each with `width` looks at once; a registry that
/// fails too often in a row is not waited for any longer.
public actor Observer {
  private let registries: RegistryClient
  private let width: Int
  private var looks: [ImageReference: Look] = [:]
  private var tagLists: [ImageReference: Result<[String], MirrorError>] = [:]
  private var patience: [String: Patience] = [:]

  public init(registries: RegistryClient, width: Int = 16) {
    self.registries = registries
    self.width = width
  }

  /// What was found at each of these references.
  ///
  /// - Parameter onLook: called after each new look.
  /// - Throws: only `CancellationError`; a failed look is an answer.
  public func looks(
    at references: Set<ImageReference>, onLook: @escaping @Sendable () -> Void = {}
  ) async throws -> [ImageReference: Look] {
    let new = references.filter { looks[$0] == nil }
    let byRegistry = Dictionary(grouping: new, by: \.registry)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (registry, references) in byRegistry {
        group.addTask { try await self.visit(registry, references, onLook: onLook) }
      }
      try await group.waitForAll()
    }
    return looks.filter { references.contains($0.key) }
  }

  /// The tags of a repository.
  ///
  /// - Throws: `MirrorError` with the reason why they cannot be listed; `CancellationError`.
  public func tags(of repository: ImageReference) async throws -> [String] {
    if let known = tagLists[repository] { return try known.get() }
    let result: Result<[String], MirrorError>
    do {
      result = .success(try await registries.tags(repository))
    } catch {
      try Task.checkCancellation()
      result = .failure(MirrorError(.backend, "the tags of \(repository.familiar) cannot be listed: \(error)"))
    }
    tagLists[repository] = result
    return try result.get()
  }

  private func visit(
    _ registry: String, _ references: [ImageReference], onLook: @escaping @Sendable () -> Void
  ) async throws {
    var waiting = references.makeIterator()
    try await withThrowingTaskGroup(of: (ImageReference, Look, gaveUp: Bool).self) { group in
      func addNext() -> Bool {
        guard let reference = waiting.next() else { return false }
        if let reason = patience[registry]?.lost {
          looks[reference] = .failed("not tried after \(Patience.limit) failures in a row at \(registry): \(reason)")
          onLook()
          return true
        }
        group.addTask { [registries] in
          let (look, gaveUp) = try await Self.look(at: reference, through: registries)
          return (reference, look, gaveUp)
        }
        return true
      }
      for _ in 0..<width where !addNext() { break }
      while let (reference, look, gaveUp) = try await group.next() {
        looks[reference] = look
        patience[registry, default: Patience()].note(gaveUp ? look : nil)
        onLook()
        while addNext() && patience[registry]?.lost != nil {}
      }
      while addNext() {}
    }
  }

  /// One look; whether the registry as a whole seems to be out of reach.
  private static func look(
    at reference: ImageReference, through registries: RegistryClient
  ) async throws -> (Look, gaveUp: Bool) {
    do {
      return (.found(try await registries.head(reference)), false)
    } catch {
      switch error.kind {
      case .notFound: return (.missing, false)
      case .cancelled: throw CancellationError()
      case .unreachable, .timeout: return (.failed(error.description), true)
      default: return (.failed(error.description), false)
      }
    }
  }
}

/// How long a sweep bears with a registry that does not answer: a table with a thousand rows of a dead registry must not
/// take a thousand time-outs.
struct Patience: Sendable, Equatable {
  /// Failures in a row.
  static let limit = 3

  private(set) var failures = 0
  private(set) var lost: String?

  /// - Parameter failure: nil after an answer of any kind.
  mutating func note(_ failure: Look?) {
    guard case .failed(let reason) = failure else {
      failures = 0
      return
    }
    failures += 1
    if failures >= Self.limit && lost == nil { lost = reason }
  }
}
