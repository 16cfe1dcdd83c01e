import Glibc

/// What a child process has sent over the network so far: what Linux counts as written, less what it said to us
/// (https://man7.org/linux/man-pages/man5/proc_pid_io.5.html). Requests and TLS take a little of it.
public final class ProcessTraffic: Sendable {
  private struct State {
    var process: Int32?
    var said: Int64 = 0
  }

  private let state = Lock(State())

  public init() {}

  /// The process began, under this number.
  public func began(_ process: Int32) { state.withLock { $0.process = process } }

  /// It said so many bytes more.
  public func heard(_ bytes: Int) { state.withLock { $0.said += Int64(bytes) } }

  /// Its number is another's from now on.
  public func ended() { state.withLock { $0.process = nil } }

  /// Bytes; nil where it does not run, or cannot be looked at.
  public var sent: Int64? {
    let (process, said) = state.withLock { ($0.process, $0.said) }
    return process.flatMap(Self.written).map { max($0 - said, 0) }
  }

  /// Bytes that a process gave to `write` and its like, to sockets, pipes and files, since it began.
  ///
  /// - Returns: nil where there is no such process, or it is another user's.
  static func written(by process: Int32) -> Int64? {
    guard let bytes = try? readFile("/proc/\(process)/io", limit: 4096) else { return nil }
    return written(String(decoding: bytes, as: UTF8.self))
  }

  static func written(_ lines: String) -> Int64? {
    let prefix = "wchar: "
    return lines.split(separator: "\n").first { $0.hasPrefix(prefix) }.flatMap { Int64($0.dropFirst(prefix.count)) }
  }
}
