import FoundationEssentials
import MirrorCore
import Terminal

extension State {
  /// Takes one event in.
  ///
  /// - Parameter sender: the number of the session or opening that it comes from; nil for a person and the terminal.
  /// - Returns: what is to be done because of it.
  mutating func reduce(_ event: Event, from sender: Int? = nil) -> [Effect] {
    // What an installation says after another took its place concerns nobody.
    guard openings.hears(sender) else { return [] }
    var effects: [Effect] = []
    let wasAsking = isAsking
    switch event {
    case .began: effects = open(nil)
    case .key(let key, let arrival):
      presses += 1
      effects = press(key, arrival)
    case .shown(let time): noteShown(at: time)
    case .resized(let size):
      resize(size)
      effects = [.terminal(.forget)]
    case .tick(let date): tick(date)
    case .opened(let opened): effects = enter(opened)
    case .notOpened(let name, let reason): effects = notOpened(name, reason)
    case .loading(let load): takingNews { $0.apply(load) }
    case .loaded(let load):
      let last = fresh.map { JobBatch.Reading(at: $0, jobs: Set(jobs.rows.map(\.id))) }
      markFresh(load.at)
      takingNews { $0.apply(load) }
      follow(load.jobs, since: last, at: load.at)
    case .pace(let interval): pace = interval
    case .unchanged(let date):
      markFresh(date)
      tick(date)
    case .loadFailed(let failure, let date, let retry): apply(failure, at: date, retry: retry)
    case .history(let rows, let scope): apply(rows, of: scope)
    case .historyFailed(let reason, _): historyError = reason
    case .registries(let status, let signIns): apply(status, signIns)
    case .automation(let status): apply(status)
    case .log(let page, let source): apply(page, of: source)
    case .logFailed(let reason, let source): if log?.source == source { log?.error = reason }
    case .inspected(let reference, let look): images[reference] = look
    case .compared(let source, let destination, let outcome):
      apply(outcome, source: source, destination: destination)
    case .previewed(let subject, let outcome):
      if case .form(var form) = input {
        form.preview?.take(outcome, of: subject)
        input = .form(form)
      }
    case .output(let output): apply(output)
    case .sweepProgress(let id, let progress): update(sweep: id) { $0.progress = progress }
    case .sweepEnded(let id, let message): end(sweep: id, message)
    case .planProgress(let number, let progress): update(plan: number) { $0.show(progress) }
    case .planned(let number, let plan): apply(plan, number)
    case .planFailed(let number, let message): notPlanned(number, message)
    case .rowsChanged(let edit, let message): effects = apply(edit, message)
    case .rowsUndone(let edit, let change, let message): effects = apply(undone: edit, change, message)
    case .message(let message): say(message)
    }
    matchLogToPlace()
    if isAsking != wasAsking { scrollLists() }
    clampScroll()
    return possible(effects)
  }

  /// Without those that nobody is there for; says so.
  private mutating func possible(_ effects: [Effect]) -> [Effect] {
    if openings.shown != nil { return effects }
    let possible = effects.filter { effect in if case .act = effect { false } else { true } }
    if possible != effects { say(.warning, CommandError.notOpen(context.name).description) }
    return possible
  }

  mutating func say(_ message: Message) {
    note(message)
    showsMessage = true
  }

  /// Keeps a message of what stands elsewhere on the screen already.
  mutating func note(_ message: Message) {
    messages.append(message)
    if messages.count > Message.limit { messages.removeFirst(messages.count - Message.limit) }
    showsMessage = false
  }

  /// Keeps a message that nobody waits for: what is shown stays so.
  mutating func note(behind message: Message) {
    guard showsMessage, let shown = messages.popLast() else { return note(message) }
    note(message)
    say(shown)
  }

  mutating func say(_ severity: Severity, _ text: String) {
    say(Message(at: now, severity: severity, text: text))
  }

  private mutating func resize(_ size: Size) {
    self.size = size
    scrollLists()
  }

  private mutating func tick(_ date: Date) {
    now = max(now, date)
    if let last = messages.last, now.timeIntervalSince(last.at) > Message.shown { showsMessage = false }
    refreshTimedFilters()
  }

  mutating func scrollLists() {
    let height = layout.listHeight
    for view in View.all { self[view]?.scroll(height: height) }
  }

  /// Text views end with their last line at the bottom.
  private mutating func clampScroll() {
    guard place.view.isText else { return }
    scroll = max(min(scroll, text(width: size.columns).count - layout.bodyHeight), 0)
  }
}
