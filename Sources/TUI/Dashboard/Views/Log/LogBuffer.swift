import FoundationEssentials
import MirrorCore
import Support

/// The lines of one attempt's log that are kept, bounded: the oldest go first, and are counted.
struct LogBuffer: Sendable, Equatable {
  struct Line: Sendable, Equatable {
    let time: Date?
    /// Cleaned and cut.
    let text: String
  }

  /// A row of the log as it is shown: a line, or a place where the filter left some out.
  enum Row: Sendable, Equatable {
    case line(Int)
    case gap
  }

  /// Lines kept.
  static let limit = 10_000
  /// Characters kept of one line.
  static let lineLimit = 4096
  /// Lines shown before and after each that the filter finds.
  static let context = 2

  let source: LogSource
  /// Oldest first.
  private(set) var lines: [Line] = []
  /// Lines that were there before the first one kept.
  private(set) var dropped = 0
  private(set) var attempt: Int?
  /// Why there is no more to read, where that is so.
  var error: String?
  private(set) var isFollowing = true
  var wraps = false
  var showsTimes = false
  /// The first row on the screen, when not following.
  private(set) var top = 0
  /// Characters left out at the left, when not wrapping.
  private(set) var shift = 0
  /// What is looked for, and the row where it was found last.
  var search: LogQuery?
  private(set) var found: Int?
  private(set) var filter: LogQuery?
  private(set) var hasContext = true
  /// What the filter leaves; nil where there is none, for then every line is a row.
  private var filtered: [Row]?

  init(_ source: LogSource) {
    self.source = source
    if !source.images.isEmpty {
      // What stands around them is about other images.
      (filter, hasContext) = (LogQuery(images: source.images), false)
      sift()
    }
  }

  var count: Int { filtered?.count ?? lines.count }
  /// Lines that the filter finds.
  private(set) var matching = 0

  func row(_ position: Int) -> Row { filtered?[position] ?? .line(position) }

  mutating func append(_ page: LogPage) {
    error = nil
    attempt = page.attempt
    dropped += page.skipped
    lines += page.lines.map { Line(time: $0.time, text: String($0.text.cleaned.prefix(Self.lineLimit))) }
    let excess = lines.count - Self.limit
    if excess > 0 {
      // More than is needed goes at once, so that not every new line moves all the others.
      let cut = min(excess + Self.limit / 10, lines.count)
      lines.removeFirst(cut)
      dropped += cut
      if filter == nil { top = max(top - cut, 0) }
      found = nil
    }
    if filter != nil { sift() }
  }

  // MARK: - Filter and search

  /// Shows only lines that match, with some around them; all of them for nil.
  mutating func setFilter(_ query: LogQuery?) {
    filter = query
    sift()
  }

  mutating func toggleContext() {
    hasContext.toggle()
    sift()
  }

  private mutating func sift() {
    found = nil
    guard let filter else {
      (filtered, matching) = (nil, 0)
      top = min(top, max(count - 1, 0))
      return
    }
    let around = hasContext ? Self.context : 0
    var rows: [Row] = []
    var last = -1
    matching = 0
    for (index, line) in lines.enumerated() where filter.matches(line.text) {
      matching += 1
      let first = max(index - around, last + 1)
      if first > last + 1, !rows.isEmpty, hasContext { rows.append(.gap) }
      let end = min(index + around, lines.count - 1)
      if first <= end { rows += (first...end).map(Row.line) }
      last = max(last, end)
    }
    filtered = rows
    top = min(top, max(rows.count - 1, 0))
  }

  /// Goes to the next row that has what is looked for, or to the one before; around the end if need be.
  ///
  /// - Returns: false where there is none.
  mutating func findNext(_ step: Int, height: Int) -> Bool {
    guard let search, count > 0 else { return false }
    let from = found ?? (isFollowing ? count - (step > 0 ? 1 : 0) : top - (step > 0 ? 1 : 0))
    for offset in 1...count {
      let position = ((from + step * offset) % count + count) % count
      guard case .line(let index) = row(position), search.matches(lines[index].text) else { continue }
      found = position
      show(position, height: height)
      return true
    }
    return false
  }

  /// Goes to the first line of that time or later.
  ///
  /// - Returns: false where every line is earlier, or none has a time.
  mutating func goTo(_ time: Date, height: Int) -> Bool {
    let position = (0..<count).first { position in
      guard case .line(let index) = row(position), let at = lines[index].time else { return false }
      return at >= time
    }
    guard let position else { return false }
    found = position
    isFollowing = false
    top = min(position, max(count - height, 0))
    return true
  }

  private mutating func show(_ position: Int, height: Int) {
    let first = isFollowing ? max(count - height, 0) : top
    isFollowing = false
    top = (first..<first + height).contains(position) ? first : max(position - height / 2, 0)
    top = min(top, max(count - height, 0))
  }

  // MARK: - Moving

  /// Moves by lines in a window of `height`; the end is where following goes on.
  mutating func scroll(by step: Int, height: Int) {
    let last = max(count - height, 0)
    let from = isFollowing ? last : top
    top = min(max(from + step, 0), last)
    isFollowing = step > 0 && top == last
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
    if isFollowing { top = max(count - height, 0) }
    isFollowing.toggle()
  }

  mutating func move(sideways characters: Int) {
    shift = min(max(shift + characters, 0), Self.lineLimit)
  }

  /// All that is kept, with times, as a file holds it.
  var text: String {
    lines.map { line in (line.time.map { "\($0.rfc3339) " } ?? "") + line.text + "\n" }.joined()
  }
}

/// Which log is read.
struct LogSource: Sendable, Hashable {
  let job: String
  /// nil while the job has no attempt yet.
  let attempt: Int?
  /// Of a job of several images, the sources of those whose lines are asked for; empty for all lines.
  var images: Set<String> = []
}
