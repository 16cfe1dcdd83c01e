import FoundationEssentials
import MirrorCore
import Support
import Terminal

extension State {
  mutating func moveInLog(_ operation: Operation) {
    let (step, height) = (step(operation), logHeight)
    switch operation {
    case .first: log?.scrollToStart()
    case .last: log?.scrollToEnd()
    case .left: log?.move(sideways: -20)
    case .right: log?.move(sideways: 20)
    default: log?.scroll(by: step, height: height)
    }
  }

  mutating func follow() {
    let height = logHeight
    log?.toggleFollowing(height: height)
  }

  mutating func chooseAttempt(_ step: Int) {
    let attempts = log.flatMap { job($0.source.job) }?.attempts.map(\.number) ?? []
    let newest = attempts.last ?? 0
    let wanted = (chosenAttempt ?? newest) + step
    guard attempts.contains(wanted) else {
      say(.info, "there is no attempt \(step < 0 ? "before" : "after") this one")
      return
    }
    chosenAttempt = wanted == newest ? nil : wanted
  }

  /// Looks for words or a pattern in the log; asks for them where none are given.
  mutating func searchLog(_ argument: String?) throws(CommandError) {
    guard let argument else { return ask(for: .search) }
    let query = try query(argument)
    log?.search = query
    findInLog(1)
  }

  mutating func findInLog(_ step: Int) {
    guard let text = log?.search?.text else { return say(.info, "press / to search first") }
    let height = logHeight
    if log?.findNext(step, height: height) == false { say(.info, "\(text) was not found in the loaded log") }
  }

  /// Shows only what matches, with the lines around it; all of it again without an argument.
  mutating func filterLog(_ argument: String?) throws(CommandError) {
    guard let argument else {
      if log?.filter == nil { return ask(for: .grep) }
      log?.setFilter(nil)
      return
    }
    let query = try query(argument)
    log?.setFilter(query)
  }

  private func query(_ text: String) throws(CommandError) -> LogQuery {
    do {
      return try LogQuery(text)
    } catch {
      throw CommandError(error.description)
    }
  }

  /// Opens the command line for what follows a command's name.
  private mutating func ask(for operation: Operation) {
    input = .command(CommandEntry(field: TextField("\(operation.rawValue) ")))
  }

  /// Goes to a time: in full, of the day of the log's last line, or so long ago.
  mutating func goToTime(_ argument: String?) throws(CommandError) {
    guard let argument else { return ask(for: .at) }
    guard let time = time(argument) else {
      throw CommandError("give a time as 20:15, 20:15:30, 2026-11-23T20:15:30Z, or 10m for ten minutes ago")
    }
    let height = logHeight
    guard log?.goTo(time, height: height) ?? false else {
      throw CommandError("the log has no line at or after \(time.rfc3339)")
    }
  }

  private func time(_ text: String) -> Date? {
    if let time = Date(rfc3339: text) { return time }
    if let age = Duration(text: text) { return now.addingTimeInterval(-age.seconds) }
    let day = (log?.lines.last { $0.time != nil }?.time ?? now).rfc3339.prefix(10)
    return Date(rfc3339: "\(day)T\(text)Z") ?? Date(rfc3339: "\(day)T\(text):00Z")
  }

  /// Writes what is kept of the log to a file.
  func saveLog(_ argument: String?) throws(CommandError) -> [Effect] {
    guard let log, !log.lines.isEmpty else { throw CommandError("there are no lines to save") }
    let name = "ecrmirror-\(log.source.job.filter { $0.isLetter || $0.isNumber || $0 == "-" })-\(log.attempt ?? 1).log"
    return [.act(.write(file: argument ?? name, text: log.text))]
  }

  /// Writes what the screen shows to a file.
  func dump(_ argument: String?) -> [Effect] {
    let stamp = now.rfc3339.filter { $0.isNumber || $0 == "T" || $0 == "Z" }
    return [.act(.write(file: argument ?? "ecrmirror-screen-\(stamp).txt", text: render().grid.text + "\n"))]
  }
}
