import Terminal

extension State {
  mutating func press(_ key: Key) -> [Effect] {
    let effects: [Effect]
    switch input {
    case .filter(let field, let before, _): effects = pressInFilter(key, field, before)
    case .form(let form): effects = pressInForm(key, form)
    case .confirmation(let question): effects = pressInConfirmation(key, question)
    case nil: effects = pressInView(key)
    }
    matchLogToPlace()
    return effects
  }

  private mutating func pressInView(_ key: Key) -> [Effect] {
    if case .paste = key {
      say(.info, "pasted text is not taken for keys; press / to filter by it, or a to add a mirror")
      return []
    }
    guard let binding = KeyTable.binding(for: key, in: place.view) else {
      if key != .unknown { say(.info, "\(key) does nothing here; press ? for help") }
      return []
    }
    if binding.mutates && context.isReadOnly {
      say(.warning, "this dashboard is read-only: start it without --read-only to \(binding.label)")
      return []
    }
    return perform(binding.operation)
  }

  private mutating func perform(_ operation: Operation) -> [Effect] {
    switch operation {
    case .down, .up, .halfDown, .halfUp, .pageDown, .pageUp, .first, .last, .left, .right: move(operation)
    case .open: open()
    case .openLog: openLog()
    case .back: return back()
    case .leave: return leave()
    case .quit: return [.quit]
    case .help: if place != .help { go(to: .help) }
    case .showMirrors: show(.mirrors)
    case .showJobs: show(.jobs)
    case .showHistory: show(.history)
    case .showMessages: show(.messages)
    case .nextView: showTab(1)
    case .previousView: showTab(-1)
    case .filter: startFilter()
    case .nextSort:
      sort {
        $0.sortByNextColumn()
      } jobs: {
        $0.sortByNextColumn()
      } history: {
        $0.sortByNextColumn()
      }
    case .reverseSort:
      sort {
        $0.reverseSort()
      } jobs: {
        $0.reverseSort()
      } history: {
        $0.reverseSort()
      }
    case .mark: mark()
    case .markAll: if place == .mirrors { mirrors.markAll() } else { jobs.markAll() }
    case .unmarkAll: if place == .mirrors { mirrors.unmarkAll() } else { jobs.unmarkAll() }
    case .mirror: return mirrorNow()
    case .mirrorDrifted: return mirrorDrifted()
    case .check: return checkNow()
    case .checkAll: return checkAll()
    case .add: input = .form(MirrorForm())
    case .edit: edit()
    case .toggleEnabled: return toggleEnabled()
    case .delete: delete()
    case .cancelJob: cancelJobs()
    case .follow: follow()
    case .wrap: log?.wraps.toggle()
    case .previousAttempt: chooseAttempt(-1)
    case .nextAttempt: chooseAttempt(1)
    case .zoom: logFillsScreen.toggle()
    case .reload: return [.reload]
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    }
    return []
  }

  private mutating func sort(
    mirrors: (inout RowList<MirrorRow>) -> Void, jobs: (inout RowList<JobRow>) -> Void,
    history: (inout RowList<HistoryRow>) -> Void
  ) {
    switch place {
    case .mirrors: mirrors(&self.mirrors)
    case .jobs: jobs(&self.jobs)
    case .history: history(&self.history)
    default: break
    }
    scrollLists()
  }

  private mutating func mark() {
    if place == .mirrors { mirrors.toggleMark() } else { jobs.toggleMark() }
    move(.down)
  }
}
