import FoundationEssentials
import Glibc
public import Logging
import Support

/// Writes a line for each message: time, level, message and its `key=value` pairs, made safe for a terminal.
///
/// What a logger carries all the time is the same on every line, and stands above them: it is not repeated.
public struct LineLogHandler: LogHandler {
  public var metadata: Logger.Metadata = [:]
  public var logLevel: Logger.Level
  private let descriptor: CInt

  /// - Parameter descriptor: where to, 1 or 2.
  public init(descriptor: CInt, level: Logger.Level) {
    self.descriptor = descriptor
    logLevel = level
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    var line = "\(Date.now.rfc3339) \(event.level) \("\(event.message)".cleaned)"
    for (key, value) in (event.metadata ?? [:]).sorted(by: { $0.key < $1.key }) {
      line += " \(key)=\("\(value)".cleaned)"
    }
    line += "\n"
    // One write for a line, so that lines of several processes do not mix.
    _ = Array(line.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }
}

extension Logger {
  /// The program's logger; `LOG_LEVEL` sets how much it says.
  public static func lines(_ label: String, descriptor: CInt, environment: [String: String]) -> Logger {
    let level = environment["LOG_LEVEL"].flatMap { Logger.Level(rawValue: $0.lowercased()) } ?? .info
    return Logger(label: label) { _ in LineLogHandler(descriptor: descriptor, level: level) }
  }
}
