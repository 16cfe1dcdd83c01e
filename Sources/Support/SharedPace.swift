import CProcess
import Glibc

/// A rate in bytes a second that processes of one machine keep together.
///
/// A small file holds what there is to know of a token bucket, in nanoseconds since the machine's start. Each taker locks
/// it for the time of a read and a write; the kernel frees the lock of one that is killed.
public final class SharedPace: Sendable {
  /// What may go at once after a rest.
  static let burst = Duration.milliseconds(100)
  /// Nobody owes more than that: it is the file of another start of the machine, or damaged.
  static let longest = Duration.seconds(600)
  /// Bytes a second that are not too few for anything to get done.
  public static let least: Int64 = 16 << 10

  /// The kernel's lock is the open file's, which the threads of a process share.
  private let descriptor: Lock<CInt>
  private let bytesPerSecond: Int64

  /// - Parameters:
  ///   - file: shared with whoever names it too, made where there is none; nil for this process alone.
  ///   - bytesPerSecond: fewer than `least` are as many.
  /// - Throws: `SystemError` where the file cannot be opened.
  public init(file: String?, bytesPerSecond: Int64) throws(SystemError) {
    self.bytesPerSecond = max(bytesPerSecond, Self.least)
    let opened =
      if let file { open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600) } else { ep_memory_file("pace") }
    guard opened >= 0 else { throw SystemError("open \(file ?? "a file in memory")") }
    descriptor = Lock(opened)
  }

  deinit { descriptor.withLock { _ = close($0) } }

  /// How many bytes are best taken at once: those of an eighth of a second.
  public var piece: Int { Int(min(bytesPerSecond / 8, 128 << 10)) }

  /// Takes bytes.
  ///
  /// - Returns: how long to wait before they are sent; zero where the file fails, for a copy is worth more than its pace.
  public func take(_ bytes: Int) -> Duration {
    take(bytes, at: .nanoseconds(ep_nanoseconds_since_start()))
  }

  func take(_ bytes: Int, at now: Duration) -> Duration {
    descriptor.withLock { descriptor in
      while flock(descriptor, LOCK_EX) != 0 { if errno != EINTR { return .zero } }
      defer { flock(descriptor, LOCK_UN) }
      var full: Int64 = 0
      guard pread(descriptor, &full, MemoryLayout<Int64>.size, 0) >= 0 else { return .zero }
      let known = Duration.nanoseconds(full)
      let rate = Double(bytesPerSecond)
      var bucket = TokenBucket(
        rate: rate, capacity: rate * Self.burst.seconds, full: known > now + Self.longest ? .zero : known)
      let wait = bucket.take(Double(max(bytes, 0)), at: now)
      // Of a machine's uptime: some hundred years.
      full = Int64(bucket.full / .nanoseconds(1))
      guard pwrite(descriptor, &full, MemoryLayout<Int64>.size, 0) >= 0 else { return .zero }
      return wait
    }
  }
}
