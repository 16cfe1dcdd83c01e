import FoundationEssentials
public import Logging
import Support

/// Writes a line for a person for each message: time, level, message and its `key=value` pairs, made safe for a
/// terminal.
public struct LineLogHandler: LogHandler {
  public var metadata: Logger.Metadata = [:]
  public var logLevel: Logger.Level
  private let output: LogOutput
  private let repeatsContext: Bool

  /// - Parameters:
  ///   - descriptor: where to, 1 or 2.
  ///   - repeatsContext: Also writes what the logger carries all the time. Not worth its place in the log of one job,
  ///     where it is the same on every line and stands above them.
  public init(descriptor: CInt, level: Logger.Level, repeatsContext: Bool = true) {
    output = LogOutput(descriptor: descriptor)
    logLevel = level
    self.repeatsContext = repeatsContext
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    output.write(line: line(for: event, at: .now))
  }

  func line(for event: LogEvent, at date: Date) -> String {
    var line = "\(date.rfc3339) \(event.level) \(event.message.shown)"
    let own = event.metadata ?? [:]
    let context = repeatsContext ? metadata.filter { own[$0.key] == nil } : [:]
    for pairs in [own, context] {
      for (key, value) in pairs.sorted(by: { $0.key < $1.key }) { line += " \(key.shown)=\(value.shown)" }
    }
    return line
  }
}
