import OCIRegistry
import Support

/// What lies between the parts of a sweep, which go on side by side: rows that were read and wait for looks, and rows
/// that were seen and wait to be written down. A registry, a page or a write that takes long delays nothing else while
/// there is room here.
final class SweepFlow: Sendable {
  /// References under way that are enough to keep every registry at work, as long as each has some.
  static let enough = 2000
  /// The same at most, at 1 to 2 KB each: those of a slow registry pile up.
  static let most = 12_000
  /// Rows that are written down together.
  static let batch = 500

  /// Is told that rows are ready; ends with the sweep's looks.
  let ready: AsyncStream<Void>
  /// Is told that there may be room again.
  let room: AsyncStream<Void>
  private let readySignal: AsyncStream<Void>.Continuation
  private let roomSignal: AsyncStream<Void>.Continuation
  private let observer: Observer
  private let registries: RegistryClient
  private let selection: Selection
  private let tally: SweepTally
  private let state = Lock(State())

  /// What registries had been asked before.
  private let before: [String: RegistryStatus]

  private struct State {
    /// The fewest requests that could tell what was told, by registry.
    var floor: [String: Int] = [:]
    /// Destinations that a list can tell of, by repository.
    var listable: [ImageReference: Int] = [:]
    var rows = SweepRows()
    /// Rows that wait for the tags of their repositories.
    var rules: [ImageReference: [MirrorEntry]] = [:]
    var ruleCount = 0
  }

  init(_ registries: RegistryClient, _ selection: Selection, _ tally: SweepTally) {
    (ready, readySignal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    let (room, roomSignal) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    (self.room, self.roomSignal) = (room, roomSignal)
    observer = Observer(registries: registries) { roomSignal.yield() }
    self.registries = registries
    before = Dictionary(registries.status().map { ($0.registry, $0) }, uniquingKeysWith: { first, _ in first })
    self.selection = selection
    self.tally = tally
  }

  // MARK: - Reading

  /// Whether more rows may be read now.
  var hasRoom: Bool {
    let held = state.withLock { $0.rows.held + $0.ruleCount }
    return held < Self.enough || (held < Self.most && observer.hasIdle)
  }

  /// Takes rows in; those that name their tag wait for no list of tags.
  func add(_ entries: [MirrorEntry]) {
    var rows: [SweepRows.Row] = []
    var questions: [Question] = []
    for entry in entries {
      guard entry.tags != nil, let repository = try? ImageReference(entry.source) else {
        if let row = row(entry) { rows.append(row) }
        continue
      }
      let isNew = state.withLock { state in
        state.ruleCount += 1
        state.rules[repository, default: []].append(entry)
        return state.rules[repository]?.count == 1
      }
      if isNew { questions.append(.tags(repository)) }
    }
    add(rows, questions)
  }

  private func add(_ rows: [SweepRows.Row], _ questions: [Question] = []) {
    let (targets, isReady) = state.withLock { state in
      let targets = state.rows.add(rows)
      return (targets, state.rows.readyCount >= Self.batch)
    }
    tally.know(targets.count)
    observer.ask(questions + targets.map(Question.look))
    if isReady { readySignal.yield() }
  }

  /// - Returns: nil where nothing of the row is looked at.
  private func row(_ entry: MirrorEntry, _ tags: Result<[String], MirrorError> = .success([]))
    -> SweepRows.Row?
  {
    do throws(MirrorError) {
      var images = try entry.images(sourceTags: try tags.get())
      if case .image(let image) = selection, !selection.isWholeRows {
        images.removeAll { $0.source != image }
        if images.isEmpty { return nil }
      }
      return SweepRows.Row(entry: entry, images: .success(images.map { $0.led(by: registries) }))
    } catch {
      return SweepRows.Row(entry: entry, images: .failure(error))
    }
  }

  /// All rows are in.
  ///
  /// - Parameter failed: whether nobody is to look any further.
  func endRows(failed: Bool) { observer.finish(dropping: failed) }

  // MARK: - Looking

  /// Looks at what rows name until all of them were seen.
  ///
  /// - Throws: only `CancellationError`.
  func look() async throws {
    defer { readySignal.finish() }
    try await observer.run { self.note($0) }
  }

  private func note(_ answer: Question.Answer) {
    switch answer {
    case .look(let target, let look):
      let (more, isReady) = state.withLock { state in
        let before = state.rows.readyCount
        let more = state.rows.note(target, look)
        noteFewest(target, &state)
        return (more, before < Self.batch && state.rows.readyCount >= Self.batch)
      }
      if !more.isEmpty {
        tally.know(more.count)
        observer.ask(more.map(Question.look))
      }
      tally.look()
      if isReady { readySignal.yield() }
    case .tags(let repository, let tags):
      let entries = state.withLock { state in
        let entries = state.rules.removeValue(forKey: repository) ?? []
        state.ruleCount -= entries.count
        let (tags, page) = ((try? tags.get().count) ?? 0, RegistryClient.tagsOfPage)
        state.floor[repository.registry, default: 0] += max((tags + page - 1) / page, 1)
        return entries
      }
      add(entries.compactMap { row($0, tags) })
    }
  }

  /// Counts a look among the fewest requests that could tell what was told: a list's page stands for as many as it holds.
  private func noteFewest(_ target: LookTarget, _ state: inout State) {
    if registries.lists(target) {
      let listed = state.listable[target.reference.withoutTag, default: 0]
      state.listable[target.reference.withoutTag] = listed + 1
      guard listed.isMultiple(of: RegistryClient.tagsOfPage) else { return }
    }
    state.floor[target.reference.registry, default: 0] += 1
  }

  /// Has what is ready be written down, however little it is.
  func hurry() { readySignal.yield() }

  /// What was asked of registries so far.
  var asked: [String: RegistryRequests] {
    var asked = state.withLock(\.floor).mapValues { RegistryRequests(sent: 0, tokens: 0, floor: $0) }
    for now in registries.status() {
      let (requests, tokens) = (before[now.registry]?.requests ?? 0, before[now.registry]?.tokenRequests ?? 0)
      guard now.requests > requests || now.tokenRequests > tokens else { continue }
      asked[now.registry, default: RegistryRequests(sent: 0, tokens: 0, floor: 0)].sent = now.requests - requests
      asked[now.registry]?.tokens = now.tokenRequests - tokens
    }
    return asked
  }

  // MARK: - Writing down

  func takeReady() -> [SweepRows.Seen] { state.withLock { $0.rows.takeReady() } }

  func release(_ rows: [SweepRows.Seen]) {
    state.withLock { $0.rows.release(rows) }
    roomSignal.yield()
  }
}
