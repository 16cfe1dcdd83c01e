import MirrorCore
import Terminal

extension State {
  mutating func move(_ operation: Operation) {
    if let list {
      switch operation {
      case .left where list.isWide: self.list?.shift -= 1
      case .right where list.isWide: self.list?.shift += 1
      case .left, .right: say(.info, "nothing to scroll; W shows every column in full, scrolled with Left and Right")
      default:
        let (place, height) = (target(operation, from: list.position, count: list.count), layout.listHeight)
        self.list?.move(to: place, height: height)
      }
    } else if log != nil {
      moveInLog(operation)
    } else {
      scroll = target(operation, from: scroll, count: .max / 2)
    }
  }

  private func target(_ operation: Operation, from position: Int, count: Int) -> Int {
    operation == .first ? 0 : operation == .last ? count - 1 : position + step(operation)
  }

  func step(_ operation: Operation) -> Int {
    let page = max(layout.listHeight - 1, 1)
    return switch operation {
    case .down: 1
    case .up: -1
    case .halfDown: max(page / 2, 1)
    case .halfUp: -max(page / 2, 1)
    case .pageDown: page
    case .pageUp: -page
    default: 0
    }
  }

  // MARK: - From view to view

  /// Drills in: the view one comes from is kept.
  mutating func go(to place: Place) {
    self[place.view]?.showTop()
    follow(trail + [place])
  }

  /// Switches to one of the first views.
  mutating func show(_ place: Place) {
    guard trail != [place] else { return }
    self[place.view]?.showTop()
    follow([place])
  }

  /// Goes somewhere, and remembers where one was.
  private mutating func follow(_ new: [Place]) {
    past.append(trail)
    if past.count > Self.mostJumps { past.removeFirst() }
    future = []
    trail = new
    enter()
  }

  private static let mostJumps = 100

  /// Back to where one was before, or forward again.
  mutating func jump(back: Bool) {
    guard let target = back ? past.popLast() : future.popLast() else {
      say(.info, back ? "nothing to go back to" : "nothing to go forward to")
      return
    }
    if back { future.append(trail) } else { past.append(trail) }
    trail = target
    enter()
  }

  mutating func showTab(_ step: Int) {
    let tabs = View.tabs
    let index = tabs.firstIndex { $0 == trail.first?.view } ?? 0
    show(Place(tabs[(index + step + tabs.count) % tabs.count]))
  }

  private mutating func enter() {
    scroll = 0
    chosenAttempt = nil
    chosenImages = []
    logFillsScreen = false
    historyError = nil
    showsMessage = false
    // What is under the cursor there was not put there by news.
    slip = nil
    scrollLists()
  }

  /// Switches to a view, with what is to be shown of its list.
  mutating func show(_ view: View?, _ filter: String?) throws(CommandError) {
    guard let view else { return }
    let before = self
    show(Place(view))
    guard let filter else { return }
    do throws(CommandError) {
      try startFilter(filter.hasPrefix("/") ? String(filter.dropFirst()) : filter)
    } catch {
      self = before
      throw error
    }
  }

  /// - Parameter name: of a mirror, a job or a registry; nil for what is under the cursor.
  mutating func enter(_ name: String?) throws(CommandError) {
    guard let name else { return open() }
    guard let place = place(named: name) else {
      throw CommandError("there is no mirror, job or registry \(name); Tab completes")
    }
    go(to: place)
  }

  private func place(named name: String) -> Place? {
    if mirrors.rows.contains(where: { $0.id == name }) { return .mirror(name) }
    if jobs.rows.contains(where: { $0.id == name }) { return .job(name) }
    return registries.rows.contains { $0.id == name } ? .registry(name) : nil
  }

  mutating func open() {
    if list?.selectedGroup != nil { return changeList { $0.toggleFold() } }
    guard let place = subject.opens else { return say(.info, "there is nothing here to open") }
    go(to: place)
  }

  mutating func openLog() {
    guard let job = jobOfPlace else {
      say(.info, "there is no job log to show here")
      return
    }
    let images = imagesOfPlace(in: job)
    go(to: .job(job))
    logFillsScreen = true
    chosenImages = images
  }

  /// What the mirror, or the record, under the cursor has in a job of several images; empty where that is no such job.
  private func imagesOfPlace(in id: String) -> Set<String> {
    guard let job = job(id), job.isPack else { return [] }
    if let mirror = subject.mirror.flatMap({ mirror($0) }) {
      return Set((mirror.status?.destinations ?? []).filter { $0.job == id }.map(\.source))
    }
    return Set(subject.image.map { [$0] } ?? [])
  }

  /// Esc: what it takes back is the last thing that narrowed what one sees.
  mutating func back() -> [Effect] {
    if showsMessage { showsMessage = false }
    if clearFilter() { return [] }
    if log?.filter != nil {
      log?.setFilter(nil)
      return []
    }
    if trail.count > 1 {
      follow(Array(trail.dropLast()))
      return []
    }
    return sweeps.isEmpty ? [] : [.act(.stopSweeps)]
  }

  mutating func leave() -> [Effect] {
    guard trail.count > 1 else { return [.program(.quit)] }
    follow(Array(trail.dropLast()))
    return []
  }
}
