import FoundationEssentials
public import Logging
import Support

/// Writes a JSON object on a line for each message, with the fields of AWS Lambda's own JSON logs: `timestamp`, `level`,
/// `message`, then the logger's `label` and all of its metadata, as texts.
///
/// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
public struct JSONLogHandler: LogHandler {
  public var metadata: Logger.Metadata = [:]
  public var logLevel: Logger.Level
  private let label: String
  private let output: LogOutput

  /// - Parameter descriptor: where to, 1 or 2.
  public init(label: String, descriptor: CInt, level: Logger.Level) {
    self.label = label
    output = LogOutput(descriptor: descriptor)
    logLevel = level
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    output.write(line: line(for: event, at: .now))
  }

  func line(for event: LogEvent, at date: Date) -> String {
    let fixed = [
      ("timestamp", date.rfc3339Milliseconds), ("level", event.level.nameInAWS), ("message", event.message.shown),
      ("label", label),
    ]
    let context = metadata.merging(event.metadata ?? [:]) { _, own in own }.map { key, value in
      // A key of ours is never hidden by one of somebody else's.
      (fixed.contains { $0.0 == key } ? "_\(key)" : key.shown, value.shown)
    }
    let fields = fixed + context.sorted { $0.0 < $1.0 }
    return "{" + fields.map { "\($0.0.quoted):\($0.1.quoted)" }.joined(separator: ",") + "}"
  }
}

extension Logger.Level {
  /// The six names that Lambda filters by.
  fileprivate var nameInAWS: String {
    switch self {
    case .trace: "TRACE"
    case .debug: "DEBUG"
    case .info, .notice: "INFO"
    case .warning: "WARN"
    case .error: "ERROR"
    case .critical: "FATAL"
    }
  }
}

extension String {
  /// A JSON string; the text is cleaned already, so that nothing but these two needs an escape.
  fileprivate var quoted: String {
    var result = "\""
    for scalar in unicodeScalars {
      if scalar == "\"" || scalar == "\\" { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result + "\""
  }
}
