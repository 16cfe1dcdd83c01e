import CProcess
import Glibc

/// A process, told apart from every other one that has its number before or after it, on any machine. No clock that can
/// be set is part of it.
public struct ProcessIdentity: Sendable, Hashable {
  public let number: Int32
  /// Clock ticks between the machine's start and the process's.
  public let started: UInt64
  /// The machine's start, as `/proc/sys/kernel/random/boot_id` calls it.
  public let boot: String

  public init(number: Int32, started: UInt64, boot: String) {
    self.number = number
    self.started = started
    self.boot = boot
  }

  /// nil where there is no such process, or no telling.
  public init?(of number: Int32) {
    guard number > 1, let status = ProcessStatus(of: number), let boot = Self.currentBoot else { return nil }
    self.init(number: number, started: status.started, boot: boot)
  }

  /// Whether the process runs; one that has ended and was not yet waited for does not.
  public var isAlive: Bool { status?.isRunning ?? false }

  /// nil where the process is gone: then its number may be another's.
  private var status: ProcessStatus? {
    guard number > 1, boot == Self.currentBoot, let status = ProcessStatus(of: number), status.started == started else {
      return nil
    }
    return status
  }

  /// How long ago the process began, by a clock that nobody sets; nil where the machine was started anew since.
  public var age: Duration? {
    guard boot == Self.currentBoot else { return nil }
    let (now, ticks) = (ep_nanoseconds_since_start(), sysconf(Int32(_SC_CLK_TCK)))
    guard now >= 0, ticks > 0 else { return nil }
    let since = Duration.seconds(Double(started) / Double(ticks))
    return max(.zero, .nanoseconds(now) - since)
  }

  /// Signals the process alone, never one that got its number meanwhile.
  ///
  /// - Returns: whether the process was there.
  @discardableResult
  public func signal(_ signal: Int32) -> Bool {
    let descriptor = ep_pidfd_open(number)
    guard descriptor >= 0 else {
      // Linux before 5.3.
      return errno == ENOSYS && isAlive && kill(number, signal) == 0
    }
    defer { close(descriptor) }
    // Whose descriptor it is does not change any more.
    return isAlive && ep_pidfd_send_signal(descriptor, signal) == 0
  }

  /// Signals the group that the process leads, as long as it runs.
  ///
  /// - Returns: whether the process was there.
  @discardableResult
  public func signalGroup(_ signal: Int32) -> Bool {
    // While its leader has not been waited for, a group's number is no other's.
    isAlive && kill(-number, signal) == 0
  }

  /// Every process that runs on this machine and can be seen.
  public static var all: [ProcessIdentity] {
    guard let boot = currentBoot, let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    var found: [ProcessIdentity] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard let number = Int32(name), let status = ProcessStatus(of: number), status.isRunning else { continue }
      found.append(ProcessIdentity(number: number, started: status.started, boot: boot))
    }
    return found
  }

  private static let currentBoot: String? = {
    guard let bytes = try? readFile("/proc/sys/kernel/random/boot_id", limit: 100) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self).trimmedOfBlanks
    return text.isEmpty ? nil : String(text)
  }()
}
