import Glibc
import Support

/// Who does a run, in words that a person reads and another process can look up: `ecrmirror run, process 4711 on web1`.
public struct RunHolder: Sendable, Equatable, CustomStringConvertible {
  /// As in `ecrmirror run`.
  public let what: String
  public let process: Int32
  public let host: String

  public init(what: String, process: Int32, host: String) {
    self.what = what
    self.process = process
    self.host = host
  }

  /// This process.
  public static func current(_ what: String) -> RunHolder {
    RunHolder(what: what, process: getpid(), host: hostName)
  }

  public var description: String { "\(what), process \(process) on \(host)" }

  /// nil for words of another form.
  public init?(_ text: String) {
    guard let comma = text.firstRange(of: ", process "), let on = text[comma.upperBound...].firstRange(of: " on "),
      let process = Int32(text[comma.upperBound..<on.lowerBound]), process > 0, on.upperBound < text.endIndex
    else { return nil }
    self.init(what: String(text[..<comma.lowerBound]), process: process, host: String(text[on.upperBound...]))
  }

  /// How a process stands that holds a lease.
  public enum Standing: Sendable, Equatable {
    case lives, ended
    /// On another host, or none that can be looked up.
    case unknown

    /// To be read after the holder's words.
    public var sentence: String {
      switch self {
      case .lives: "that process is still alive"
      case .ended: "that process is no longer alive"
      case .unknown: "whether it is still alive cannot be determined from here"
      }
    }
  }

  /// How the holder that a lease names stands.
  public static func standing(_ holder: String) -> Standing {
    guard let holder = RunHolder(holder), holder.host == hostName else { return .unknown }
    // A process of another program has its number now.
    guard ProcessStatus(of: holder.process)?.isRunning == true,
      let name = try? readFile("/proc/\(holder.process)/comm", limit: 100),
      String(decoding: name, as: UTF8.self).hasPrefix("ecrmirror")
    else { return .ended }
    return .lives
  }

  private static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "this host" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
