public import FoundationEssentials
import GRDB
import Glibc
import MirrorCore
import Support

/// Whoever starts runs at an interval on a store: others see the interval while it lives, and may pause it.
public final class LocalTimekeeper: Sendable {
  private let store: LocalStore
  private let interval: Duration
  /// Nil while another process keeps the time.
  private let lock = Lock<FileLock?>(nil)

  public init(_ store: LocalStore, every interval: Duration) {
    self.store = store
    self.interval = interval
  }

  static func lockFile(_ store: LocalStore) -> String { store.folder + "/timer.lock" }

  /// Says when the next run is due. Of several processes that keep time, the first one is seen.
  public func announce(next: Date) async throws {
    guard try await takeLock() else { return }
    let row = [Int64(getpid()), Int64(interval / .milliseconds(1)), next.stored]
    try await store.write { db in
      try db.execute(
        sql: "INSERT OR REPLACE INTO timer (one, process, interval, next) VALUES (1, ?, ?, ?)",
        arguments: StatementArguments(row))
    }
  }

  /// Whether somebody wants no runs just now.
  public func isPaused() async throws -> Bool {
    try await store.read { db in try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM pause)") ?? false }
  }

  /// Nobody need wonder where it went.
  public func end() async throws {
    guard lock.withLock({ $0 != nil }) else { return }
    try await store.write { db in try db.execute(sql: "DELETE FROM timer") }
    lock.withLock { $0 = nil }
  }

  /// A probe by others holds the lock for a moment.
  private func takeLock() async throws -> Bool {
    for attempt in 0..<10 where lock.withLock({ $0 == nil }) {
      if attempt > 0 { try await Task.sleep(for: .milliseconds(20)) }
      let taken = try FileLock.acquire(Self.lockFile(store))
      lock.withLock { $0 = taken }
    }
    return lock.withLock { $0 != nil }
  }
}
