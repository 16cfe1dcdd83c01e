import OCIRegistry
import Support

/// What registries are still to be asked, and who does it: no I/O. Of each registry it is asked in its order.
struct QuestionQueues: Sendable {
  struct Queue: Sendable {
    /// The registry that is asked first.
    let asked: String
    fileprivate(set) var patience = Patience()
    fileprivate(set) var workers = 0
    /// Since when somebody has been at work on it.
    fileprivate var busySince: ContinuousClock.Instant?
    private var incoming: [Question] = []
    /// The next one is the last.
    private var outgoing: [Question] = []

    fileprivate init(asked: String) { self.asked = asked }

    var count: Int { incoming.count + outgoing.count }

    /// The next ones, the first first.
    fileprivate func upcoming(_ most: Int) -> [Question] {
      let first = outgoing.suffix(most).reversed()
      return Array(first) + incoming.prefix(most - first.count)
    }

    fileprivate mutating func push(_ question: Question) { incoming.append(question) }

    fileprivate mutating func pop() -> Question? {
      if outgoing.isEmpty {
        swap(&incoming, &outgoing)
        outgoing.reverse()
      }
      return outgoing.popLast()
    }
  }

  /// What a worker does next.
  enum Next: Sendable, Equatable {
    case ask(Question)
    /// The registry is not asked any more: what these would have told, nobody knows. `noteLost` follows.
    case lost([Question], reason: String)
    /// There is nothing to do, or there are others enough who do it.
    case end
  }

  private(set) var queues: [String: Queue] = [:]
  /// Questions that wait or are under way, or were lost and are not told yet: what is told may call for more.
  private(set) var outstanding = 0
  var isFinished = false

  /// Whether nothing is left to do, nor will be.
  var isOver: Bool { isFinished && outstanding == 0 }

  /// Whether some registry has fewer questions waiting than it may soon be asked at once.
  var hasIdle: Bool { queues.values.contains { $0.count < Self.low } }
  static let low = 128

  /// - Parameter asked: the registry that is asked first about it.
  mutating func push(_ question: Question, asked: @autoclosure () -> String) {
    let registry = question.reference.registry
    if queues[registry] == nil { queues[registry] = Queue(asked: asked()) }
    queues[registry]?.push(question)
    outstanding += 1
  }

  /// How many workers more a registry needs to have `width` at work, or one for each question. They count from here on.
  mutating func missingWorkers(_ registry: String, width: Int) -> Int {
    guard var queue = queues[registry] else { return 0 }
    let missing = max(min(width - queue.workers, queue.count), 0)
    queue.workers += missing
    queues[registry] = queue
    return missing
  }

  /// The repositories that are asked about next, without repeats.
  func upcoming(_ registry: String) -> [ImageReference] {
    var repositories: [ImageReference] = []
    for question in queues[registry]?.upcoming(Self.low) ?? [] {
      let repository = question.reference.withoutTag
      if repositories.last != repository, !repositories.contains(repository) { repositories.append(repository) }
    }
    return repositories
  }

  /// Takes in how the last question of a worker was answered.
  mutating func note(_ registry: String, failure: LookFailure?) {
    queues[registry]?.patience.note(failure)
    outstanding -= 1
  }

  /// Of so many questions it was told that they are lost.
  mutating func noteLost(_ count: Int) { outstanding -= count }

  /// - Parameters:
  ///   - width: how many may be at work: one more than that ends here.
  ///   - bound: how long a registry may be asked for in all.
  mutating func next(
    _ registry: String, width: Int, within bound: Duration, now: ContinuousClock.Instant
  ) -> Next {
    guard let place = queues.index(forKey: registry) else { return .end }
    if let since = queues.values[place].busySince {
      queues.values[place].patience.spent += now - since
    }
    queues.values[place].busySince = now
    if let reason = queues.values[place].patience.lost(to: registry, within: bound) {
      var left: [Question] = []
      while let question = queues.values[place].pop() { left.append(question) }
      if !left.isEmpty { return .lost(left, reason: reason) }
    }
    if queues.values[place].workers <= max(width, 1), let question = queues.values[place].pop() {
      return .ask(question)
    }
    queues.values[place].workers -= 1
    if queues.values[place].workers == 0 { queues.values[place].busySince = nil }
    return .end
  }

  /// Forgets what nobody asked yet.
  mutating func drop() {
    for registry in queues.keys {
      while queues[registry]?.pop() != nil { outstanding -= 1 }
    }
  }
}
