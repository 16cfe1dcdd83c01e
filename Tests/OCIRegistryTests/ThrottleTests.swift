import FoundationEssentials
import Glibc
import HTTP
import OCIRegistry
import Support
import TestSupport
import Testing

@Suite struct ThrottleTests {
  @Test func aThrottledRegistryIsWaitedForWithinBounds() async throws {
    let counter = Counter()
    let server = try LoopbackServer { request in
      counter.next() <= 2
        ? .answer(429, [("Retry-After", "0")], to: request.method) : .answer(200, manifestHeaders(), to: request.method)
    }
    let client = makeClient()
    #expect(try await client.head(try server.reference()).digest.description == digestA)
    let status = try #require(client.status().first)
    #expect(status.requests == 3)
    #expect(status.throttled == 2)
  }

  @Test func beyondTheBoundRequestsFailAtOnceAndAreNotSent() async throws {
    let server = try LoopbackServer { .answer(429, [("Retry-After", "3600")], to: $0.method) }
    let client = makeClient()
    for _ in 0..<3 {
      let error = await #expect(throws: RegistryError.self) { try await client.head(try server.reference()) }
      guard case .throttled(let until?) = error?.kind else {
        Issue.record("\(error?.description ?? "")")
        return
      }
      #expect(until.timeIntervalSinceNow > 3000)
      #expect(error?.description.contains(until.rfc3339) == true)
    }
    #expect(server.requests.count == 1)
    #expect((client.status().first?.blockedUntil?.timeIntervalSinceNow ?? 0) > 3000)
    // Other registries are none the worse for it.
    let other = try LoopbackServer { .answer(200, manifestHeaders(), to: $0.method) }
    _ = try await client.head(try other.reference())
  }

  @Test func aRegistryThatAlwaysThrottlesIsGivenUp() async throws {
    let server = try LoopbackServer { .answer(429, to: $0.method) }
    let error = await #expect(throws: RegistryError.self) { try await makeClient().head(try server.reference()) }
    guard case .throttled = error?.kind else {
      Issue.record("\(error?.description ?? "")")
      return
    }
    #expect(server.requests.count == 4)
  }

  @Test func cancellingEndsTheWaitForAThrottledRegistry() async throws {
    let (arrived, arrival) = AsyncStream.makeStream(of: Void.self)
    let server = try LoopbackServer { request in
      arrival.yield()
      return .answer(429, [("Retry-After", "3600")], to: request.method)
    }
    let client = makeClient(maximumThrottleWait: .seconds(86_400))
    let reference = try server.reference()
    let task = Task { try await client.head(reference) }
    try await arrived.next("a request to arrive")
    task.cancel()
    let error = await #expect(throws: RegistryError.self) { try await task.value }
    #expect(error?.kind == .cancelled)
  }

  @Test func theBudgetIsReadFromEveryAnswer() async throws {
    let server = try LoopbackServer { request in
      let headers = [
        ("ratelimit-limit", "100;w=21600"), ("RateLimit-Remaining", "76;w=21600"),
        ("docker-ratelimit-source", "192.0.2.\u{7}1"),
      ]
      return .answer(200, manifestHeaders() + headers, to: request.method)
    }
    let client = makeClient()
    _ = try await client.head(try server.reference())
    let status = try #require(client.status().first)
    #expect(status.limit == RateLimit(count: 100, window: .seconds(21600)))
    #expect(status.remaining == RateLimit(count: 76, window: .seconds(21600)))
    #expect(status.source?.hasPrefix("192.0.2.") == true)
    #expect(status.source?.contains("\u{7}") == false)
    let wait = try #require(status.resetsAt?.timeIntervalSinceNow)
    #expect(wait > 21000 && wait <= 21600)
  }

  @Test func noMoreRequestsAreUnderWayAtOnceThanAllowed() async throws {
    let load = Lock((now: 0, most: 0))
    let server = try LoopbackServer { request in
      load.withLock { load in
        load.now += 1
        load.most = max(load.most, load.now)
      }
      usleep(2000)
      load.withLock { $0.now -= 1 }
      return .answer(200, manifestHeaders(), to: request.method)
    }
    let client = makeClient(concurrency: 3)
    let reference = try server.reference()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<60 { group.addTask { _ = try await client.head(reference) } }
      try await group.waitForAll()
    }
    #expect(load.withLock { $0.most } <= 3)
    #expect(server.requests.count == 60)
  }

  @Test func hundredsCancelledAtRandomMomentsLeaveEveryPlaceFree() async throws {
    let server = try LoopbackServer { request in
      request.path.hasSuffix("7") ? [.hang] : .answer(200, manifestHeaders(), to: request.method)
    }
    let client = makeClient(concurrency: 2)
    let references = try (0..<200).map { try server.reference("a:t\($0)") }
    let tasks = references.map { reference in Task { try? await client.head(reference) } }
    for task in tasks.shuffled() {
      for _ in 0..<Int.random(in: 0...50) { await Task.yield() }
      task.cancel()
    }
    for task in tasks { _ = await task.value }
    // Were a place lost, one of these would wait for ever.
    let free = try server.reference("a:free")
    async let first = client.head(free)
    async let second = client.head(free)
    #expect(try await [first, second].count == 2)
  }

  @Test(
    "Pulls are few where less than a fifth of the budget is left",
    arguments: [(19, 100, true), (20, 100, false), (0, 1, true), (2, 9, false), (1, 9, true)] as [(Int, Int?, Bool)]
      + [(0, nil, false)])
  func fewPulls(left: Int, limit: Int?, expected: Bool) {
    var status = RegistryStatus(registry: "r.example")
    status.remaining = RateLimit(count: left)
    status.limit = limit.map { RateLimit(count: $0) }
    #expect(status.hasFewPulls == expected)
  }
}
