import Foundation
import MirrorCore
import Support
import TestSupport
import Testing

@testable import AWSBackend

/// Which calls a look at the queue takes, counted.
struct ListingTests {
  private let batch: BatchDouble
  private let queue: BatchQueue
  private static let list = "/v1/listjobs"
  private static let describe = "/v1/describejobs"
  private static let progress = "DynamoDB_20120810.BatchGetItem"

  init() throws {
    batch = try BatchDouble()
    queue = try batch.queue()
  }

  /// Milliseconds since 1970 of the moment so many seconds after a beginning.
  private static func time(_ seconds: Int) -> Int64 { 1_800_000_000_000 + Int64(seconds) * 1000 }

  private func add(_ range: Range<Int>, _ state: JobState, prefix: String = "j") {
    for number in range {
      batch.add(
        "\(prefix)\(number)", state, created: Self.time(number), started: state.isWaiting ? nil : Self.time(number + 5))
    }
  }

  @Test("An empty queue takes one call")
  func empty() async throws {
    #expect(try await queue.jobs(finished: 200).isEmpty)
    #expect(try await queue.jobs(finished: 200).isEmpty)
    #expect(try batch.calls() == [Self.list: 2])
  }

  @Test("A small queue takes two calls at first, then one as long as nothing happens")
  func small() async throws {
    add(0..<30, .succeeded)
    add(30..<60, .runnable)
    let jobs = try await queue.jobs(finished: 20)
    #expect(try batch.calls() == [Self.list: 1, Self.describe: 1])
    #expect(jobs.count == 50)
    #expect(jobs.map(\.created) == jobs.map(\.created).sorted(by: >))
    #expect(jobs.filter { !$0.state.isLive }.map(\.id) == (10..<30).reversed().map { "j\($0)" })
    #expect(jobs.first?.source == "r.example/j59:1" && jobs.first?.run == "r1")
    for _ in 0..<3 { #expect(try await queue.jobs(finished: 20) == jobs) }
    #expect(try batch.calls() == [Self.list: 3])
    // What is asked for beyond that is described then.
    #expect(try await queue.jobs(finished: 25).count == 55)
    #expect(try batch.calls() == [Self.list: 1, Self.describe: 1])
  }

  @Test("A job is followed through its states, described only when its attempts may have changed")
  func states() async throws {
    batch.add("a", .submitted, created: Self.time(1))
    func state() async throws -> JobState? { try await queue.jobs(finished: 5).first?.state }
    #expect(try await state() == .submitted)
    #expect(try batch.calls() == [Self.list: 1, Self.describe: 1])
    for next in [JobState.pending, .runnable, .starting] {
      batch.change("a") { $0.status = next }
      #expect(try await state() == next)
    }
    #expect(try batch.calls() == [Self.list: 3])
    batch.change("a") {
      $0.status = .running
      $0.started = Self.time(9)
    }
    let running = try #require(try await queue.jobs(finished: 5).first)
    #expect(running.attempts == [JobAttempt(number: 1, started: Date(milliseconds: Self.time(9)))])
    #expect(try batch.calls() == [Self.list: 1, Self.progress: 1])
    // Its attempt failed, and it waits for the next.
    batch.change("a") {
      $0.status = .runnable
      $0.attempts = [BatchJobTests.attempt(1, BatchJobTests.exited)]
    }
    #expect(try await queue.jobs(finished: 5).first?.reason == "it failed with exit code 1")
    #expect(try batch.calls() == [Self.list: 1, Self.describe: 1])
    batch.change("a") { $0.status = .succeeded }
    #expect(try await state() == .succeeded)
    #expect(try batch.calls() == [Self.list: 1, Self.describe: 1])
    #expect(try await state() == .succeeded)
    #expect(try await queue.job("a")?.state == .succeeded)
    #expect(try batch.calls() == [Self.list: 1], "what ended is not described again")
  }

  @Test("10,000 live jobs and a long past: by state, and each described once")
  func large() async throws {
    add(0..<3_000, .succeeded)
    add(3_000..<3_016, .running)
    add(3_016..<13_000, .runnable)
    let jobs = try await queue.jobs(finished: 200)
    #expect(jobs.count == 10_200)
    #expect(jobs.filter { !$0.state.isLive }.map(\.id) == (2_800..<3_000).reversed().map { "j\($0)" })
    // By time once, five states of which one takes ten pages, and finished ones from where running ones begin.
    #expect(try batch.calls() == [Self.list: 1 + 14 + 3, Self.describe: 102, Self.progress: 1])
    #expect(try await queue.jobs(finished: 200).count == 10_200)
    #expect(try batch.calls() == [Self.list: 1 + 14, Self.progress: 1])
    // Some end, and others start.
    for number in 3_000..<3_010 { batch.change("j\(number)") { $0.status = .succeeded } }
    for number in 3_016..<3_026 {
      batch.change("j\(number)") {
        $0.status = .running
        $0.started = Self.time(20_000)
      }
    }
    let later = try await queue.jobs(finished: 200)
    #expect(later.count { $0.state == .running } == 16)
    #expect(later.first { !$0.state.isLive }?.id == "j3009")
    #expect(try batch.calls() == [Self.list: 1 + 14, Self.describe: 1, Self.progress: 1])
  }

  @Test("While a large run submits, a look takes no more than the states and one page of what is newest")
  func burst() async throws {
    for number in 0..<1_500 { batch.add("j\(number)", .runnable, created: Self.time(0) + Int64(number)) }
    #expect(try await queue.jobs(finished: 0).count == 1_500)
    #expect(try batch.calls() == [Self.list: 7, Self.describe: 15])
    for number in 1_500..<1_550 { batch.add("j\(number)", .runnable, created: Self.time(5) + Int64(number)) }
    for _ in 0..<2 { #expect(try await queue.jobs(finished: 0).count == 1_550) }
    #expect(try batch.calls() == [Self.list: 14, Self.describe: 1])
  }

  @Test("A job that has waited for long is seen however many came after it")
  func stuck() async throws {
    batch.add("stuck", .runnable, created: Self.time(0))
    add(1_000..<1_300, .succeeded)
    #expect(try await queue.jobs(finished: 0).map(\.id) == ["stuck"])
    #expect(try batch.calls() == [Self.list: 6, Self.describe: 1])
    #expect(try await queue.jobs(finished: 0).map(\.id) == ["stuck"])
    #expect(try batch.calls()[Self.list] == 1)
    batch.change("stuck") { $0.status = .failed }
    #expect(try await queue.jobs(finished: 0).isEmpty)
  }

  @Test("Finished jobs are found however many wait")
  func finished() async throws {
    add(0..<150, .failed)
    add(150..<900, .runnable)
    #expect(try await queue.jobs(finished: 120).filter { $0.state == .failed }.count == 120)
    #expect(try await queue.jobs(finished: 1_000).filter { $0.state == .failed }.count == 150)
    #expect(try await queue.jobs(finished: 0).count == 750)
    #expect(try await queue.jobs(finished: 150).count == 900)
    #expect(try await queue.jobs(finished: -1).allSatisfy(\.state.isLive))
  }

  @Test("After a pause in which much happened, everything is there")
  func afterPause() async throws {
    add(0..<50, .running)
    #expect(try await queue.jobs(finished: 10).count == 50)
    for number in 0..<49 { batch.change("j\(number)") { $0.status = .succeeded } }
    add(500..<1_500, .succeeded)
    add(1_500..<1_520, .runnable)
    let jobs = try await queue.jobs(finished: 10)
    #expect(Set(jobs.filter(\.state.isLive).map(\.id)) == Set((1_500..<1_520).map { "j\($0)" } + ["j49"]))
    #expect(jobs.filter { !$0.state.isLive }.map(\.id) == (1_490..<1_500).reversed().map { "j\($0)" })
  }

  @Test("A job that goes back while its states are listed is not lost")
  func raced() async throws {
    add(0..<800, .runnable)
    batch.change("j5") { $0.status = .running }
    #expect(try await queue.jobs(finished: 0).count == 800)
    // Its attempt fails after those that wait were listed, and before those that run are.
    batch.beforeList { [batch] kind in
      if kind == "STARTING" { batch.change("j5") { $0.status = .runnable } }
    }
    let jobs = try await queue.jobs(finished: 0)
    #expect(jobs.count == 800)
    #expect(jobs.first { $0.id == "j5" }?.state == .runnable)
  }

  @Test("Other people's jobs in the queue are neither shown nor described")
  func strangers() async throws {
    for number in 0..<250 { batch.add("s\(number)", .succeeded, created: Self.time(number), name: "theirs-\(number)") }
    batch.add("c", .running, created: Self.time(300), name: "control-x")
    add(0..<2, .succeeded, prefix: "m")
    #expect(try await queue.jobs(finished: 10).map(\.id) == ["m1", "m0"])
    #expect(try batch.calls()[Self.describe] == 1)
    #expect(try await queue.jobs(finished: 10).map(\.id) == ["m1", "m0"])
    #expect(try batch.calls() == [Self.list: 1])
  }

  @Test("Of many who look at once, one asks")
  func shared() async throws {
    add(0..<5, .runnable)
    let queue = try batch.queue(Pace(freshness: .seconds(600)))
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<20 { group.addTask { try await queue.jobs(finished: 5).count } }
      for try await count in group { #expect(count == 5) }
    }
    _ = try await queue.jobs(finished: 0)
    _ = try await queue.job("j1")
    #expect(try batch.calls() == [Self.list: 1, Self.describe: 1])
  }

  @Test(
    "An id that AWS Batch never gave is not asked for",
    arguments: ["", "../x", "a b", String(repeating: "a", count: 200)])
  func ids(id: String) async throws {
    #expect(try await queue.job(id) == nil)
    #expect(try await !queue.cancel(id, reason: "x"))
    #expect(try batch.calls().isEmpty)
  }

  @Test("Control jobs come newest first, live ones however old")
  func control() async throws {
    batch.add("old", .runnable, created: Self.time(0), name: "control-old")
    for number in 1..<150 {
      batch.add("c\(number)", .succeeded, created: Self.time(number), name: "control-\(number)")
    }
    let jobs = try await queue.controlJobs()
    #expect(jobs.first?.name == "control-149" && jobs.last?.name == "control-old")
    #expect(jobs.filter(\.state.isLive).map(\.id) == ["old"])
    #expect(try batch.calls() == [Self.list: 6])
  }
}
