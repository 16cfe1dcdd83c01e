import AWSClient
import FoundationEssentials
import MirrorCore
import Support

extension LogLine {
  /// An event as a line; one of the programs' own JSON lines as the same line reads in a job's log on one machine.
  init(_ event: LogEvent) {
    let text = event.message ?? ""
    self.init(time: event.timestamp.map(Date.init(milliseconds:)), text: Self.readable(text) ?? text)
  }

  /// Fields that are the same on every line of a job's log, or stand elsewhere.
  private static let omitted: Set = ["timestamp", "level", "message", "label", "job", "run", "source"]
  /// Where AWS's names are not swift-log's.
  private static let levels = ["WARN": "warning", "FATAL": "critical"]

  private static func readable(_ text: String) -> String? {
    guard text.hasPrefix("{"), let fields = try? JSONDecoder().decode([String: String].self, from: Data(text.utf8)),
      let level = fields["level"], let message = fields["message"]
    else { return nil }
    let rest = fields.filter { !omitted.contains($0.key) }.sorted { $0.key < $1.key }
    return ([levels[level] ?? level.lowercased(), message] + rest.map { "\($0.key)=\($0.value)" })
      .joined(separator: " ")
  }
}
