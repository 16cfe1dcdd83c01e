public import OCIRegistry
import Support

/// Looks at references, each distinct one once in its life, however many rows name it.
///
/// One sweep uses one observer. Registries are looked at side by side, each with as many looks at once as it takes
/// (`RegistryClient.width`); a registry that fails too often in a row, or has taken its time, is not waited for any
/// longer: every look ends.
public actor Observer {
  private let registries: RegistryClient
  /// What was found so far.
  public private(set) var known: [LookTarget: Look] = [:]
  private var tagLists: [ImageReference: Result<[String], MirrorError>] = [:]
  private var patience: [String: Patience] = [:]

  public init(registries: RegistryClient) {
    self.registries = registries
  }

  /// Looks at those of these that were not looked at before; `known` tells what was found.
  ///
  /// - Parameter onLook: called after each look.
  /// - Throws: only `CancellationError`; a failed look is an answer.
  public func look(at targets: Set<LookTarget>, onLook: @escaping @Sendable () -> Void = {}) async throws {
    try await visit(targets.filter { known[$0] == nil }) { [registries] target in
      try await Self.look(at: target, through: registries)
    } keep: { observer, target, answer in
      observer.known[target] =
        switch answer {
        case .success(let look): look
        case .failure(let failure): .failed(failure.reason)
        }
      onLook()
    }
  }

  /// Asks for the tags of those of these repositories whose tags are not known; `tags(of:)` gives them.
  ///
  /// - Throws: only `CancellationError`.
  public func learnTags(of repositories: Set<ImageReference>) async throws {
    let targets = repositories.filter { tagLists[$0] == nil }.map { LookTarget($0, .pull) }
    try await visit(Set(targets)) { [registries] target in
      do throws(RegistryError) {
        return .success(try await registries.tags(target.reference))
      } catch {
        return .failure(try LookFailure(error))
      }
    } keep: { observer, target, answer in
      observer.tagLists[target.reference] = answer.mapError { failure in
        MirrorError(.backend, "the tags of \(target.reference.familiar) cannot be listed: \(failure.reason)")
      }
    }
  }

  /// The tags of a repository that was asked for them.
  ///
  /// - Throws: the reason why they cannot be listed.
  public func tags(of repository: ImageReference) throws(MirrorError) -> [String] {
    guard let list = tagLists[repository] else {
      throw MirrorError(.backend, "nobody asked for the tags of \(repository.familiar)")
    }
    return try list.get()
  }

  // MARK: - Going to registries

  private typealias Ask<Answer> = @Sendable (LookTarget) async throws -> Result<Answer, LookFailure>
  private typealias Keep<Answer> = @Sendable (isolated Observer, LookTarget, Result<Answer, LookFailure>) -> Void

  private func visit<Answer: Sendable>(
    _ targets: Set<LookTarget>, ask: @escaping Ask<Answer>, keep: @escaping Keep<Answer>
  ) async throws {
    let byRegistry = Dictionary(grouping: targets, by: \.reference.registry)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (registry, targets) in byRegistry {
        group.addTask { try await self.visit(registry, targets, ask: ask, keep: keep) }
      }
      try await group.waitForAll()
    }
  }

  private func visit<Answer: Sendable>(
    _ registry: String, _ targets: [LookTarget], ask: @escaping Ask<Answer>, keep: Keep<Answer>
  ) async throws {
    var waiting = targets.makeIterator()
    let started = ContinuousClock.now
    let before = patience[registry, default: Patience()].spent
    let bound = registries.configuration.bounds.sweep
    func lost() -> String? {
      patience[registry, default: Patience()].spent = before + (.now - started)
      return patience[registry]?.lost(to: registry, within: bound)
    }
    let asked = targets.first.map { registries.firstAsked(about: $0.reference, for: $0.use) } ?? registry
    try await withThrowingTaskGroup(of: (LookTarget, Result<Answer, LookFailure>).self) { group in
      var underWay = 0
      while true {
        while underWay < registries.width(of: asked), let target = waiting.next() {
          if let reason = lost() {
            keep(self, target, .failure(LookFailure(reason: Patience.notTried + reason, isRegistrys: true)))
          } else {
            underWay += 1
            group.addTask { (target, try await ask(target)) }
          }
        }
        guard let (target, answer) = try await group.next() else { return }
        underWay -= 1
        patience[registry, default: Patience()].note(answer)
        keep(self, target, answer)
      }
    }
  }

  private static func look(
    at target: LookTarget, through registries: RegistryClient
  ) async throws -> Result<Look, LookFailure> {
    do throws(RegistryError) {
      return .success(.found(try await registries.head(target.reference, for: target.use, besides: target.besides)))
    } catch {
      if error.kind == .notFound { return .success(.missing) }
      return .failure(try LookFailure(error))
    }
  }
}

/// Why something could not be seen.
struct LookFailure: Error, Sendable, Equatable {
  let reason: String
  /// The registry as a whole seems to be out of reach.
  let isRegistrys: Bool
}

extension LookFailure {
  /// - Throws: `CancellationError` where that is what it was.
  init(_ error: RegistryError) throws(CancellationError) {
    if error.kind == .cancelled { throw CancellationError() }
    self.init(reason: error.description, isRegistrys: error.kind == .unreachable || error.kind == .timeout)
  }
}

/// How long a sweep bears with a registry that does not answer: a table with a thousand rows of a dead registry must not
/// take a thousand time-outs.
struct Patience: Sendable, Equatable {
  /// Failures in a row.
  static let limit = 3

  private(set) var failures = 0
  /// How long the sweep has been asking it.
  var spent = Duration.zero
  private var last: String?

  mutating func note(_ answer: Result<some Any, LookFailure>) {
    guard case .failure(let failure) = answer, failure.isRegistrys else {
      failures = 0
      return
    }
    failures += 1
    if failures >= Self.limit && last == nil { last = failure.reason }
  }

  /// Why it is not asked any more; nil where it is.
  func lost(to registry: String, within bound: Duration) -> String? {
    if let last { return Self.failures(of: registry) + last }
    return spent > bound ? "\(Self.slowness(of: registry))\(bound.brief) in one go" : nil
  }

  // How the reasons of looks that were not made begin, for whoever looks what they come of.
  static let notTried = "not tried: "
  static func failures(of registry: String) -> String { "\(registry) failed \(limit) times in a row: " }
  static func slowness(of registry: String) -> String { "\(registry) was asked for longer than " }
}
