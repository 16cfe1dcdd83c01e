import MirrorCore
import Terminal

extension State {
  mutating func press(_ key: Key, _ arrival: Arrival) -> [Effect] {
    if isRestOfRefusedBurst(key, arrival) { return [] }
    return switch input {
    // Whatever takes the keys, one can leave; in a view the table says so.
    case .some where key == .control("C"): [.program(.quit)]
    case .some where key == .control("Z"): [.terminal(.suspend)]
    case .filter(let field, let before, _): pressInFilter(key, field, before)
    case .command(let entry): pressInCommand(key, entry, arrival)
    case .form(let form): pressInForm(key, form, arrival)
    case .confirmation(let question): pressInConfirmation(key, question, arrival)
    case nil: pressInView(key, arrival)
    }
  }

  private mutating func pressInView(_ key: Key, _ arrival: Arrival) -> [Effect] {
    if case .paste = key {
      say(.info, "pasted text is not treated as keys; press / to filter by it, or a to add a mirror")
      return []
    }
    if case .mouse(let mouse) = key { return point(mouse) }
    guard let binding = keys.binding(for: key, in: place.view) else {
      if case .character(let letter) = key, list?.sort(by: letter) == true { return [] }
      if key != .unknown { say(.info, "unknown key \(key); press ? for help") }
      return []
    }
    if binding.mutates && context.isReadOnly {
      say(.warning, CommandError.readOnly(binding).description)
      return []
    }
    if binding.needsFingers && arrival.isBurst {
      refuseBurst("\(key)")
      return []
    }
    if binding.needsFingers && binding.isAboutSelected && slips(at: arrival.at) {
      say(.warning, "another row moved under the cursor as \(key) was pressed, so nothing was done: press it again")
      return []
    }
    if binding.mutates && openings.shown == nil {
      say(.warning, CommandError.notOpen(context.name).description)
      return []
    }
    if case .required = binding.argument {
      input = .command(CommandEntry(field: TextField("\(binding.name) ")))
      return []
    }
    do {
      return try perform(binding, nil)
    } catch {
      say(.warning, error.description)
      return []
    }
  }

  /// Does what a key or a command asks for.
  ///
  /// - Parameter argument: what followed the command's name.
  /// - Throws: what is wrong with the argument.
  mutating func perform(_ binding: Binding, _ argument: String?) throws(CommandError) -> [Effect] {
    switch binding.operation {
    case .down, .up, .halfDown, .halfUp, .pageDown, .pageUp, .first, .last, .left, .right: move(binding.operation)
    case .open: try enter(argument)
    case .log: openLog()
    case .back: return back()
    case .leave: return leave()
    case .quit: return [.program(.quit)]
    case .help: if place != .help { go(to: .help) }
    case .command: input = .command(CommandEntry())
    case .jumpBack: jump(back: true)
    case .forward: jump(back: false)
    case .show: try show(binding.view, argument)
    case .nextView: showTab(1)
    case .previousView: showTab(-1)
    case .filter: try startFilter(argument)
    case .nextSort: changeList { $0.sortByNextColumn() }
    case .reverse: changeList { $0.reverseSort() }
    case .sort: try sortBy(argument)
    case .wide: changeList { $0.isWide.toggle() }
    case .pane: try switchPane(argument)
    case .group: try groupBy(argument)
    case .fold: fold { $0.toggleFold() }
    case .foldAll: fold { $0.toggleAllFolds() }
    case .mark:
      changeList { $0.toggleMark() }
      move(.down)
    case .markRange: changeList { $0.markRange() }
    case .markAll: changeList { $0.markAll() }
    case .unmark: changeList { $0.unmarkAll() }
    case .mirror: return mirrorNow()
    case .mirrorDrifted: return mirrorDrifted()
    case .check: return checkNow()
    case .checkAll: return begin(.check(.all))
    case .createRepository: createRepositories()
    case .run: runNow()
    case .timer: try setTimer(argument)
    case .retry: return retryJobs()
    case .platforms: return inspect(withSource: false)
    case .sourcePlatforms: return inspect(withSource: true)
    case .diff: return compareImage()
    case .add: input = .form(MirrorForm())
    case .import: return change(.importRows(argument ?? ""))
    case .edit: return edit()
    case .disable: return setEnabled(false)
    case .enable: return setEnabled(true)
    case .undo: return undo()
    case .delete: delete()
    case .cancel: cancelJobs()
    case .remedy: return try remedy()
    case .follow: follow()
    case .wrap: log?.wraps.toggle()
    case .previousAttempt: chooseAttempt(-1)
    case .nextAttempt: chooseAttempt(1)
    case .search: try searchLog(argument)
    case .findNext: findInLog(1)
    case .findPrevious: findInLog(-1)
    case .grep: try filterLog(argument)
    case .context: log?.toggleContext()
    case .times: log?.showsTimes.toggle()
    case .at: try goToTime(argument)
    case .saveLog: return try saveLog(argument)
    case .copy: return copy(copied)
    case .copyDigest: return copy(copiedDigest)
    case .own: if let own = binding.own { return try runOwn(own) }
    case .stop: return stopOwn()
    case .browse: return try browse(argument)
    case .theme: try setTheme(argument)
    case .dump: return dump(argument)
    case .zoom: logFillsScreen.toggle()
    case .reload: return reload()
    case .use: return use(argument)
    case .redraw: return [.terminal(.redraw)]
    case .suspend: return [.terminal(.suspend)]
    }
    return []
  }

  private mutating func fold(_ change: (inout any Listing) -> Void) {
    if list?.groupingName == nil { return say(.info, "nothing is grouped here; press b to group") }
    changeList(change)
  }

  mutating func changeList(_ change: (inout any Listing) -> Void) {
    guard var list else { return }
    change(&list)
    self.list = list
    scrollLists()
  }
}
