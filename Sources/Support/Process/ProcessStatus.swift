/// What `/proc/PID/stat` says of a process, as far as it is asked here.
public struct ProcessStatus: Sendable, Equatable {
  /// `R`, `S`, `Z` and the like.
  public let state: Character
  /// The number of the session's leader.
  public let session: Int32
  /// Clock ticks between the machine's start and the process's.
  public let started: UInt64

  /// - Parameter stat: the file's text, as proc(5) describes it: the name in parentheses may hold anything.
  public init?(_ stat: String) {
    guard let name = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[stat.index(after: name)...].split(whereSeparator: { $0 == " " || $0 == "\n" })
    // The third field is the first of these.
    guard fields.count > 19, let state = fields[0].first, let session = Int32(fields[3]),
      let started = UInt64(fields[19])
    else { return nil }
    self.state = state
    self.session = session
    self.started = started
  }

  /// nil where there is no such process.
  public init?(of process: Int32) {
    guard let bytes = try? readFile("/proc/\(process)/stat", limit: 4096) else { return nil }
    self.init(String(decoding: bytes, as: UTF8.self))
  }

  /// False for one that has ended and was not yet waited for, as happens for long under an init that waits for nobody.
  public var isRunning: Bool { state != "Z" && state != "X" }
}
