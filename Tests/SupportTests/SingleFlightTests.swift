import Support
import TestSupport
import Testing

@Suite struct SingleFlightTests {
  private struct Failure: Error, Equatable {}

  @Test func manyWaitersShareOneMakingAndTheNextMakesAnew() async throws {
    let flights = SingleFlight<String, Int, Failure>()
    let count = Lock(0)
    let (release, releasing) = AsyncStream.makeStream(of: Void.self)
    let make: @Sendable () async -> Result<Int, Failure> = {
      _ = try? await release.next("the release")
      return .success(
        count.withLock { count in
          count += 1
          return count
        })
    }
    let tasks = (0..<50).map { _ in Task { try await flights.value(for: "a", make: make).get() } }
    // All but one leave: the making goes on for the one.
    for task in tasks.dropFirst() { task.cancel() }
    for task in tasks.dropFirst() {
      await #expect(throws: CancellationError.self) { try await task.value }
    }
    releasing.yield()
    #expect(try await tasks[0].value == 1)
    releasing.yield()
    #expect(try await flights.value(for: "a", make: make).get() == 2)
  }

  @Test func aFailureReachesItsWaitersAndIsNotRemembered() async throws {
    let flights = SingleFlight<Int, Int, Failure>()
    #expect(try await flights.value(for: 1) { .failure(Failure()) } == .failure(Failure()))
    #expect(try await flights.value(for: 1) { .success(5) } == .success(5))
  }

  @Test func aTaskThatIsCancelledAlreadyStartsNothing() async {
    let flights = SingleFlight<Int, Int, Failure>()
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await flights.value(for: 1) {
        Issue.record("made for nobody")
        return .success(1)
      }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
