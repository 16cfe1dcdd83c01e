import FoundationEssentials
import MirrorCore
import Support
import TestSupport
import Testing

@testable import TUI

/// A dashboard that is left open sees to a queue that lost its worker.
@Suite(.timeLimit(.minutes(15)))
struct AutomationWatcherTests {
  private struct Machinery: Automation {
    var faults: [Fault]
    let asked = Lock(0)
    var pace: Duration { .zero }

    func status() async throws -> AutomationStatus {
      asked.withLock { $0 += 1 }
      return AutomationStatus(faults: faults)
    }
    func setTimer(isPaused: Bool) async throws {}
    func startRun() async throws -> StartedRun? { nil }
  }

  private struct Queue: JobQueue {
    let woken = Lock(0)

    func wake() async throws { woken.withLock { $0 += 1 } }
    func submit(_ requests: [JobRequest]) async throws -> [Result<Submission, MirrorError>] { [] }
    func jobs(finished: Int) async throws -> [Job] { [] }
    func job(_ id: String) async throws -> Job? { nil }
    func cancel(_ id: String, reason: String) async throws -> Bool { false }
    func cancellation(of id: String) async throws -> String? { nil }
    func report(_ progress: JobProgress, job: String) async throws {}
    func revision() async throws -> Int64? { nil }
  }

  /// How often the queue was woken while the machinery was asked five times.
  private func wakes(_ kind: Fault.Kind?, mayChange: Bool) async throws -> Int {
    let machinery = Machinery(faults: kind.map { [Fault($0, "x", reason: "r", advice: "a")] } ?? [])
    let queue = Queue()
    let watcher = AutomationWatcher(machinery, waking: mayChange ? queue : nil) { _ in }
    let work = Task { await watcher.run() }
    try await waitFor("five looks") {
      watcher.hurry()
      return machinery.asked.withLock(\.self) >= 5
    }
    work.cancel()
    return queue.woken.withLock(\.self)
  }

  @Test("A queue whose worker is gone is woken, and not over and over")
  func worker() async throws {
    #expect(try await wakes(.worker, mayChange: true) == 1)
  }

  @Test(
    "Nothing is woken where nothing may be changed, or nothing is missing",
    arguments: [nil, .program, .queue] as [Fault.Kind?])
  func others(kind: Fault.Kind?) async throws {
    #expect(try await wakes(kind, mayChange: true) == 0)
    #expect(try await wakes(.worker, mayChange: false) == 0)
  }
}
