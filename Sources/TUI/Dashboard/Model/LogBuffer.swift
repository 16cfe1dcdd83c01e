import FoundationEssentials
import MirrorCore
import Support

/// The lines of one attempt's log that are kept, bounded: the oldest go first, and are counted.
struct LogBuffer: Sendable, Equatable {
  /// Lines kept.
  static let limit = 10_000
  /// Characters kept of one line.
  static let lineLimit = 4096

  let source: LogSource
  /// Cleaned and cut, oldest first.
  private(set) var lines: [String] = []
  /// Lines that were there before the first one kept.
  private(set) var dropped = 0
  private(set) var attempt: Int?
  /// Why there is no more to read, where that is so.
  var error: String?
  private(set) var isFollowing = true
  var wraps = false
  /// The first line on the screen, when not following.
  private(set) var top = 0
  /// Characters left out at the left, when not wrapping.
  private(set) var shift = 0

  init(_ source: LogSource) {
    self.source = source
  }

  mutating func append(_ page: LogPage) {
    error = nil
    attempt = page.attempt
    dropped += page.skipped
    lines += page.lines.map { String($0.text.prefix(Self.lineLimit)).cleaned }
    let excess = lines.count - Self.limit
    guard excess > 0 else { return }
    // More than is needed goes at once, so that not every new line moves all the others.
    let cut = min(excess + Self.limit / 10, lines.count)
    lines.removeFirst(cut)
    dropped += cut
    top = max(top - cut, 0)
  }

  /// Moves by lines in a window of `height`; the end is where following goes on.
  mutating func scroll(by count: Int, height: Int) {
    let last = max(lines.count - height, 0)
    let from = isFollowing ? last : top
    top = min(max(from + count, 0), last)
    isFollowing = count > 0 && top == last
  }

  mutating func scrollToEnd() {
    isFollowing = true
  }

  mutating func scrollToStart() {
    isFollowing = false
    top = 0
  }

  /// Stops where it is, or goes on at the end.
  mutating func toggleFollowing(height: Int) {
    if isFollowing { top = max(lines.count - height, 0) }
    isFollowing.toggle()
  }

  mutating func move(sideways characters: Int) {
    shift = min(max(shift + characters, 0), Self.lineLimit)
  }
}

/// Which log is read.
struct LogSource: Sendable, Hashable {
  let job: String
  /// nil while the job has no attempt yet.
  let attempt: Int?
}
