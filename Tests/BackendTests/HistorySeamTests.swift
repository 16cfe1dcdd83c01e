import FoundationEssentials
import MirrorCore
import Support
import Testing

/// What every history does.
struct HistorySeamTests {
  typealias Kind = Stores.Kind

  /// - Parameter second: when it ended, from now.
  private func job(_ id: String, _ mirror: String, _ second: Double, attempts: Int = 1) -> HistoryItem {
    let time = Date(timeIntervalSince1970: (Date.now.timeIntervalSince1970 + second).rounded())
    return .job(
      JobRecord(
        JobOrder(
          id: id, attempt: attempts,
          request: JobRequest(
            origin: .run, mirror: mirror, source: "\(mirror):1", destinations: ["d.example/a:1"], run: "r1")),
        started: time - 5, finished: time, succeeded: attempts > 1,
        destinations: [DestinationRecord(reference: "d.example/a:1", outcome: .copied)]))
  }

  private func run(_ id: String, _ second: Double, kind: RunRecord.Kind = .run) -> HistoryItem {
    let time = Date(timeIntervalSince1970: (Date.now.timeIntervalSince1970 + second).rounded())
    return .run(
      RunRecord(
        id: id, kind: kind, started: time - 60, finished: time, mirrors: 2, found: ["in-sync": 2], submitted: 0))
  }

  @Test("Everything comes newest first, or what concerns one mirror, up to a limit", arguments: Kind.allCases)
  func order(kind: Kind) async throws {
    let stores = try await Stores.open(kind)
    defer { withExtendedLifetime(stores) {} }
    let history = stores.history
    // Ended at times over two months, and written in another order.
    let items = [
      job("1", "a", -40 * 86400), job("2", "b", -35 * 86400), run("r1", -30 * 86400), job("3", "a", -60),
      run("r2", -30),
      job("4", "b", -1),
    ]
    for index in [3, 0, 5, 2, 1, 4] { try await history.append(items[index]) }
    #expect(try await history.items(of: nil, limit: 100) == items.reversed())
    #expect(try await history.items(of: nil, limit: 4) == items.reversed().prefix(4).map { $0 })
    #expect(try await history.items(of: "a", limit: 100) == [items[3], items[0]])
    #expect(try await history.items(of: "b", limit: 1) == [items[5]])
    #expect(try await history.items(of: "c", limit: 10).isEmpty)
    #expect(try await history.items(of: nil, limit: 0).isEmpty)
  }

  @Test("What is older than 90 days is forgotten", arguments: Kind.allCases)
  func old(kind: Kind) async throws {
    let stores = try await Stores.open(kind)
    defer { withExtendedLifetime(stores) {} }
    let history = stores.history
    let recent = job("1", "a", -89 * 86400)
    try await history.append(recent)
    try await history.append(job("2", "a", -91 * 86400))
    #expect(try await history.items(of: nil, limit: 10) == [recent])
    #expect(try await history.items(of: "a", limit: 10) == [recent])
  }

  @Test("A job has one item, that of its last attempt", arguments: Kind.allCases)
  func attempts(kind: Kind) async throws {
    let stores = try await Stores.open(kind)
    defer { withExtendedLifetime(stores) {} }
    let history = stores.history
    let other = job("2", "a", -25)
    let last = job("1", "a", -10, attempts: 3)
    for item in [job("1", "a", -30), other, job("1", "a", -20, attempts: 2), last, last] {
      try await history.append(item)
    }
    #expect(try await history.items(of: nil, limit: 10) == [last, other])
    #expect(try await history.items(of: "a", limit: 10) == [last, other])
  }

  @Test("The last sweep is the newest run or check", arguments: Kind.allCases)
  func lastSweep(kind: Kind) async throws {
    let stores = try await Stores.open(kind)
    defer { withExtendedLifetime(stores) {} }
    let history = stores.history
    #expect(try await history.lastSweep() == nil)
    try await history.append(job("1", "a", -1))
    #expect(try await history.lastSweep() == nil)
    let newest = run("c1", -100, kind: .check)
    for item in [run("r1", -300), newest, run("r0", -500)] { try await history.append(item) }
    guard case .run(let check) = newest else { return }
    #expect(try await history.lastSweep() == check.started)
  }

  // MARK: - The lease

  /// The time at which leases are taken: a busy machine takes longer than one lasts.
  private let time = Date.now

  private func lease(_ run: String, _ seconds: Double) -> RunLease {
    RunLease(run: run, holder: "host \(run)", expires: time + seconds)
  }

  @Test("The lease is one run's until it is given back or has expired", arguments: Kind.allCases)
  func lease(kind: Kind) async throws {
    let stores = try await Stores.open(kind) { [time] in time }
    defer { withExtendedLifetime(stores) {} }
    let history = stores.history
    let mine = lease("a", 60)
    #expect(try await history.acquire(mine) == nil)
    let holder = try #require(try await history.acquire(lease("b", 60)))
    #expect(holder.run == "a" && holder.holder == "host a")
    #expect(abs(holder.expires.timeIntervalSince(mine.expires)) < 0.01)
    #expect(try await history.acquire(lease("a", 90)) == nil, "renewed")
    try await history.release(run: "b")
    #expect(try await history.acquire(lease("b", 60))?.run == "a")
    try await history.release(run: "a")
    #expect(try await history.acquire(lease("b", -1)) == nil)
    #expect(try await history.acquire(lease("c", 60)) == nil, "the last one has expired")
    try await history.release(run: "nobody")
    #expect(try await history.acquire(lease("d", 60))?.run == "c")
  }

  @Test("A lease that ends later than any lease does is not believed, and is nobody's", arguments: Kind.allCases)
  func falseLease(kind: Kind) async throws {
    let stores = try await Stores.open(kind) { [time] in time }
    defer { withExtendedLifetime(stores) {} }
    let history = stores.history
    #expect(try await history.lease() == nil)
    #expect(try await history.acquire(lease("false", 10 * 365 * 86400)) == nil)
    #expect(try await history.lease() == nil)
    #expect(try await history.acquire(lease("a", 60)) == nil)
    #expect(try await history.lease()?.run == "a")
    #expect(try await history.acquire(lease("b", 60))?.run == "a")
  }

  @Test("Of many who ask for the lease at once, one gets it and the others learn who", arguments: Kind.allCases)
  func race(kind: Kind) async throws {
    let stores = try await Stores.open(kind) { [time] in time }
    let histories = try (0..<6).map { _ in try stores.other().history }
    for round in 0..<5 {
      let answers = try await concurrently(histories.enumerated(), width: 6) { number, history in
        (
          "\(round)-\(number)",
          try await history.acquire(lease("\(round)-\(number)", 60))
        )
      }
      let winners = answers.filter { $0.1 == nil }.map(\.0)
      #expect(winners.count == 1)
      #expect(answers.compactMap { $0.1?.run }.allSatisfy { winners == [$0] })
      for winner in winners { try await stores.history.release(run: winner) }
    }
  }

  // MARK: - Later

  @Test(
    "Registries that want to be asked later are known to all until then; a clock's mistake is none",
    arguments: Kind.allCases)
  func deferrals(kind: Kind) async throws {
    // What is stored has milliseconds.
    let time = Date(timeIntervalSince1970: time.timeIntervalSince1970.rounded())
    let stores = try await Stores.open(kind) { time }
    let (history, other) = (stores.history, try stores.other().history)
    #expect(try await history.deferrals() == Deferrals())
    try await history.setDeferral(of: "docker.io", until: time + 60)
    try await history.setDeferral(of: "r.example:5000", until: time + 3600)
    try await history.setDeferral(of: "over.example", until: time - 5)
    try await history.setDeferral(of: "never.example", until: time + 86400 * 365)
    #expect(try await other.deferrals() == Deferrals(["docker.io": time + 60, "r.example:5000": time + 3600]))
    try await other.setDeferral(of: "docker.io", until: time + 120)
    try await other.setDeferral(of: "r.example:5000", until: nil)
    try await other.setDeferral(of: "unknown.example", until: nil)
    #expect(try await history.deferrals() == Deferrals(["docker.io": time + 120]))
  }

  // MARK: - Revisions

  @Test("The revision is another one after something was written, and the same after none", arguments: Kind.allCases)
  func revision(kind: Kind) async throws {
    let stores = try await Stores.open(kind)
    let (first, table) = (try await stores.history.revision(), try await stores.table.revision())
    #expect(first != nil)
    #expect(try await stores.history.revision() == first)
    try await stores.history.append(job("1", "a", -1))
    let second = try await stores.history.revision()
    #expect(second != first)
    #expect(try await stores.table.revision() == table)
    #expect(try await stores.other().history.revision() == second)
  }
}
