import FoundationEssentials
import MirrorCore
import Terminal

extension State {
  /// Takes one event in.
  ///
  /// - Returns: what is to be done because of it.
  mutating func reduce(_ event: Event) -> [Effect] {
    var effects: [Effect] = []
    switch event {
    case .key(let key, let arrival):
      presses += 1
      effects = press(key, arrival)
    case .shown(let time): noteShown(at: time)
    case .resized(let size): resize(size)
    case .tick(let date): tick(date)
    case .opened(let installed, let memory): enter(installed, memory)
    case .notOpened(let name, let reason):
      opening = nil
      say(.bad, "cannot open \(name): \(reason)")
    case .loading(let load): take(load)
    case .loaded(let load):
      markFresh(load.at)
      take(load)
    case .pace(let interval): pace = interval
    case .unchanged(let date):
      markFresh(date)
      tick(date)
    case .loadFailed(let failure, let date, let retry): take(failure, at: date, retry: retry)
    case .history(let rows, let scope): take(rows, of: scope)
    case .historyFailed(let reason, _): historyError = reason
    case .registries(let status, let signIns): take(status, signIns)
    case .automation(let status): take(status)
    case .log(let page, let source): take(page, of: source)
    case .logFailed(let reason, let source): if log?.source == source { log?.error = reason }
    case .inspected(let reference, let look): images[reference] = look
    case .sweepProgress(let id, let progress): update(sweep: id) { $0.progress = progress }
    case .sweepEnded(let id, let message):
      sweeps.removeAll { $0.id == id }
      say(message)
    case .message(let message): say(message)
    }
    matchLogToPlace()
    clampScroll()
    return effects
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

  private mutating func update(sweep id: Int, _ change: (inout Sweep) -> Void) {
    guard let place = sweeps.firstIndex(where: { $0.id == id }) else { return }
    change(&sweeps[place])
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
