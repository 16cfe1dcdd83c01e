import Support

/// What a person's own command has said so far.
struct CommandOutput: Sendable, Equatable {
  /// Of its run.
  let id: Int
  let name: String
  let line: String
  /// Clean, and no more than are kept.
  private(set) var lines: [String] = []
  /// Lines that were said beyond those.
  private(set) var dropped = 0
  /// How it ended; nil while it runs.
  var end: End?
  private var bytes = 0

  enum End: Sendable, Equatable {
    case succeeded
    /// Why not.
    case failed(String)
  }

  /// Lines and bytes that are kept: what fills a screen a hundred times.
  static let mostLines = 5000
  static let mostBytes = 1 << 20
  /// Outputs that can be gone back to.
  static let kept = 10

  init(_ run: OwnRun) {
    (id, name, line) = (run.id, run.name, run.line.cleaned.shortened(to: 500))
  }

  mutating func add(_ line: String) {
    guard lines.count < Self.mostLines, bytes + line.utf8.count <= Self.mostBytes else {
      dropped += 1
      return
    }
    bytes += line.utf8.count
    lines.append(line.cleaned)
  }
}
