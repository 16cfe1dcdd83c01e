import FoundationEssentials
import Support
import TestSupport
import Testing

@testable import AWSClient

@Suite(.timeLimit(.minutes(15))) struct CachedCredentialsTests {
  private let fixture: CredentialFixture
  private let cache: CachedCredentials
  private let source = AWSCredentialSource.keys(AWSCredentials(accessKeyID: "source", secretAccessKey: ""))

  init() throws {
    let fixture = try CredentialFixture()
    self.fixture = fixture
    cache = CachedCredentials(now: { fixture.now })
  }

  private func keys(_ id: String, lives seconds: Double?) -> AWSCredentials {
    AWSCredentials(accessKeyID: id, secretAccessKey: "s", expires: seconds.map { fixture.now + $0 })
  }

  private static let failure = AWSCredentialError(.unavailable, "no")

  /// What is got now, and whether anything was fetched for it.
  private func get(_ outcome: Result<AWSCredentials, AWSCredentialError>) async -> (String, wasAsked: Bool) {
    let asked = Lock(false)
    do throws(AWSCredentialError) {
      let got = try await cache.credentials(of: source) { () async throws(AWSCredentialError) in
        asked.withLock { $0 = true }
        return try outcome.get()
      }
      return (got.accessKeyID, asked.withLock { $0 })
    } catch {
      return ("\(error)", asked.withLock { $0 })
    }
  }

  @Test(
    "Credentials are renewed early where that works, and late in any case",
    arguments: [
      (3600.0, 2699.0, RenewalWindow.State.fresh), (3600, 2700, .early), (3600, 2999, .early), (3600, 3000, .due),
      (3600, 4000, .due), (43200, 42299, .fresh), (43200, 42300, .early), (43200, 42600, .due),
      // Short lives are used for half of their time at least.
      (900, 449, .fresh), (900, 450, .early), (900, 674, .early), (900, 675, .due),
      (60, 29, .fresh), (60, 30, .early), (60, 45, .due), (0, 0, .due), (-10, 0, .due),
    ])
  func windows(life: Double, age: Double, state: RenewalWindow.State) {
    let start = CredentialFixture.start
    #expect(RenewalWindow(from: start, to: start + life).state(at: start + age) == state)
  }

  @Test func credentialsWithoutAnEndAreKept() {
    #expect(RenewalWindow(from: CredentialFixture.start, to: nil).state(at: .distantFuture - 1e6) == .fresh)
  }

  @Test func whatIsFreshIsNotAskedFor() async {
    #expect(await get(.success(keys("a", lives: 3600))) == ("a", true))
    fixture.wait(2699)
    #expect(await get(.success(keys("b", lives: 3600))) == ("a", false))
  }

  @Test func anEarlyRenewalIsNotWaitedForAndItsFailureHarmsNobody() async throws {
    _ = await get(.success(keys("a", lives: 3600)))
    fixture.wait(2700)
    let (started, starting) = AsyncStream.makeStream(of: Void.self)
    let (release, releasing) = AsyncStream.makeStream(of: Void.self)
    let renewed = keys("b", lives: 3600)
    let fetch: CachedCredentials.Fetch = { () async throws(AWSCredentialError) in
      starting.yield()
      _ = try? await release.next("the release")
      return renewed
    }
    // The renewal hangs; the old ones serve, and no second one is begun.
    for _ in 0..<10 { #expect(try await cache.credentials(of: source, fetch).accessKeyID == "a") }
    try await started.next("the renewal")
    releasing.yield()
    try await waitFor("the renewed key") { try await cache.credentials(of: source, fetch).accessKeyID == "b" }
    starting.finish()
    #expect(try await started.next("the end") == nil, "renewed twice")
  }

  @Test func aFailedEarlyRenewalIsTriedAgainEachMinuteAndAtLastMustSucceed() async throws {
    _ = await get(.success(keys("a", lives: 3600)))
    fixture.wait(2700)
    let count = Lock(0)
    let fetch: CachedCredentials.Fetch = { () async throws(AWSCredentialError) in
      count.withLock { $0 += 1 }
      throw Self.failure
    }
    for minute in 1...4 {
      for _ in 0..<5 { #expect(try await cache.credentials(of: source, fetch).accessKeyID == "a") }
      try await waitFor("renewal \(minute)") { count.withLock { $0 } >= minute }
      // The renewal may be just ending, and would be joined rather than begun again.
      _ = try? await cache.renew(source) { () async throws(AWSCredentialError) in throw Self.failure }
      #expect(count.withLock { $0 } == minute)
      fixture.wait(60)
    }
    fixture.wait(60)
    #expect(await get(.failure(Self.failure)) == ("no", true))
    // No failure is remembered.
    #expect(await get(.success(keys("b", lives: 3600))) == ("b", true))
  }

  @Test func manyAskOnceAndOneThatLeavesDoesNotStopTheOthers() async throws {
    let (cache, source) = (cache, source)
    let count = Counter()
    let (release, releasing) = AsyncStream.makeStream(of: Void.self)
    let made = keys("a", lives: 3600)
    let fetch: CachedCredentials.Fetch = { () async throws(AWSCredentialError) in
      _ = count.next()
      _ = try? await release.next("the release")
      return made
    }
    let tasks = (0..<50).map { _ in Task { try await cache.credentials(of: source, fetch) } }
    tasks[0].cancel()
    let error = await #expect(throws: AWSCredentialError.self) { try await tasks[0].value }
    #expect(error?.kind == .cancelled)
    releasing.yield()
    for task in tasks.dropFirst() { #expect(try await task.value == made) }
    #expect(count.next() == 2)
  }

  @Test func anotherSourceIsAnotherMatter() async throws {
    #expect(await get(.success(keys("a", lives: 3600))) == ("a", true))
    let other = AWSCredentialSource.keys(AWSCredentials(accessKeyID: "other", secretAccessKey: ""))
    let b = keys("b", lives: 3600)
    #expect(try await cache.credentials(of: other) { b }.accessKeyID == "b")
  }

  @Test func whatWasRefusedIsNotHandedOutAgain() async {
    let a = keys("a", lives: nil)
    _ = await get(.success(a))
    cache.discard(keys("b", lives: nil))
    #expect(await get(.success(keys("c", lives: nil))) == ("a", false))
    cache.discard(a)
    #expect(await get(.success(keys("c", lives: nil))) == ("c", true))
  }
}
