import OCIRegistry
import Support

/// Asks registries what a sweep wants to know.
///
/// One sweep uses one observer. Registries are asked side by side, each as often at once as it takes
/// (`RegistryClient.width`); one that fails too often in a row, or has taken its time, is not waited for any longer:
/// every question ends.
final class Observer: Sendable {
  private let registries: RegistryClient
  private let lists: ListedTags
  private let queues = Lock(QuestionQueues())
  /// Registries that need one more who asks them.
  private let starts: AsyncStream<String>
  private let start: AsyncStream<String>.Continuation
  /// Is told when a registry will soon have nothing to do.
  private let onIdle: @Sendable () -> Void

  init(registries: RegistryClient, onIdle: @escaping @Sendable () -> Void = {}) {
    self.registries = registries
    lists = ListedTags(registries)
    self.onIdle = onIdle
    (starts, start) = AsyncStream.makeStream(of: String.self)
  }

  var hasIdle: Bool { queues.withLock(\.hasIdle) }

  /// Puts questions in line. `run` gives their answers.
  func ask(_ questions: [Question]) {
    var registries: Set<String> = []
    queues.withLock { queues in
      for question in questions {
        queues.push(
          question, asked: self.registries.firstAsked(about: question.reference, for: question.use))
        registries.insert(question.reference.registry)
      }
    }
    for registry in registries { startWorkers(registry) }
  }

  /// Nothing more will be asked, but for what answers call for.
  ///
  /// - Parameter dropping: whether what was not asked yet is not asked any more.
  func finish(dropping: Bool = false) {
    let isOver = queues.withLock { queues in
      if dropping { queues.drop() }
      queues.isFinished = true
      return queues.isOver
    }
    if isOver { start.finish() }
  }

  /// Asks until `finish` was called and all is answered.
  ///
  /// - Parameter tell: is given each answer.
  /// - Throws: only `CancellationError`; a failed look is an answer.
  func run(_ tell: @escaping @Sendable (Question.Answer) -> Void) async throws {
    try await withThrowingDiscardingTaskGroup { group in
      for await registry in starts {
        group.addTask { try await self.work(registry, tell) }
      }
    }
    try Task.checkCancellation()
  }

  private func startWorkers(_ registry: String) {
    let missing = queues.withLock { queues in
      queues.missingWorkers(registry, width: width(registry, queues))
    }
    for _ in 0..<missing { start.yield(registry) }
  }

  private func width(_ registry: String, _ queues: QuestionQueues) -> Int {
    registries.width(of: queues.queues[registry]?.asked ?? registry)
  }

  private func work(_ registry: String, _ tell: @escaping @Sendable (Question.Answer) -> Void) async throws {
    let upcoming = UpcomingLooks { registry in self.queues.withLock { $0.upcoming(registry) } }
    try await UpcomingLooks.$current.withValue(upcoming) { try await workOn(registry, tell) }
  }

  private func workOn(_ registry: String, _ tell: @escaping @Sendable (Question.Answer) -> Void) async throws {
    while true {
      let (next, isIdle) = queues.withLock { queues in
        let before = queues.queues[registry]?.count ?? 0
        let next = queues.next(
          registry, width: width(registry, queues), within: registries.configuration.bounds.sweep,
          now: .now)
        let after = queues.queues[registry]?.count ?? 0
        return (next, before >= QuestionQueues.low && after < QuestionQueues.low)
      }
      if isIdle { onIdle() }
      switch next {
      case .end: return
      case .lost(let questions, let reason):
        for question in questions { tell(question.unanswered(Patience.notTried + reason)) }
        let isOver = queues.withLock { queues in
          queues.noteLost(questions.count)
          return queues.isOver
        }
        if isOver { start.finish() }
      case .ask(let question):
        let (answer, failure) = try await answer(to: question)
        tell(answer)
        let isOver = queues.withLock { queues in
          queues.note(registry, failure: failure)
          return queues.isOver
        }
        if isOver { start.finish() } else { startWorkers(registry) }
      }
    }
  }

  private func answer(to question: Question) async throws -> (Question.Answer, LookFailure?) {
    if case .look(let target) = question, let listed = try await lists.found(target) {
      return (.look(target, .found(listed)), nil)
    }
    do throws(RegistryError) {
      switch question {
      case .look(let target):
        let found = try await registries.head(
          target.reference, for: target.use, besides: target.besides)
        return (.look(target, .found(found)), nil)
      case .tags(let repository):
        return (.tags(repository, .success(try await registries.tags(repository))), nil)
      }
    } catch {
      if error.kind == .notFound, case .look(let target) = question {
        return (.look(target, await missing(target)), nil)
      }
      let failure = try LookFailure(error)
      return (question.unanswered(failure.reason), failure)
    }
  }

  /// Whether the tag alone is missing, or its repository, where a registry that makes none by a push tells.
  private func missing(_ target: LookTarget) async -> Look {
    guard target.use == .push, let keeper = registries.repositories,
      await keeper.standing(of: target.reference.withoutTag) == .missing
    else { return .missing }
    return .noRepository(MissingRepository(target.reference))
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
    self.init(
      reason: error.description, isRegistrys: error.kind == .unreachable || error.kind == .timeout)
  }
}
