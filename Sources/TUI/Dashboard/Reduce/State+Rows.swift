import MirrorCore
import Support

/// Changes of rows, and taking them back.
extension State {
  /// Switches rows on or off; those that are so already stay as they are. Several, or one in production, are asked for.
  mutating func setEnabled(_ isEnabled: Bool) -> [Effect] {
    let rows = mirrorTargets()
    guard !rows.isEmpty else { return [] }
    let changing = rows.filter { $0.status?.entry.enabled == !isEnabled }
    let word = isEnabled ? "enabled" : "disabled"
    guard let first = changing.first else {
      say(.info, "\(rows.count == 1 ? rows[0].id : counted(rows.count, "mirror")): already \(word)")
      return []
    }
    let action = Action.setEnabled(changing.map(\.id), isEnabled)
    if changing.count == 1, !context.isProduction { return change(action) }
    let verb = isEnabled ? "Enable" : "Disable"
    let what = changing.count == 1 ? first.id : counted(changing.count, "mirror")
    let others = rows.count - changing.count
    ask(
      "\(verb) \(what)?", changing.map(\.id),
      (isEnabled
        ? "Runs check them again, and copy what is out of sync."
        : "Runs and pushes skip them until somebody enables them. Images stay where they are.")
        + (others > 0 ? " \(others) of those marked \(others == 1 ? "is" : "are") already \(word)." : ""),
      verb, .action(action))
    return []
  }

  mutating func delete() {
    let rows = mirrorTargets()
    guard !rows.isEmpty else { return }
    let destinations = rows.reduce(0) { $0 + ($1.status?.destinations.count ?? 0) }
    ask(
      "Delete \(counted(rows.count, "mirror"))?", rows.map(\.id),
      "Removes the mirrors, with \(counted(destinations, "destination")), from \(context.name). Images already copied stay.",
      "Delete",
      .action(.remove(rows.map(\.id))))
  }

  /// Takes back the last change that was made here. Several rows, or one in production, are asked for.
  mutating func undo() -> [Effect] {
    guard changesUnderWay == 0 else {
      say(.info, "a change is still being saved; press U again when it is done")
      return []
    }
    guard let edit = edits.last else {
      say(.info, "there is no change to undo")
      return []
    }
    let sources = edit.change.written.map(\.source)
    if sources.count == 1, !context.isProduction { return change(.undo(edit)) }
    ask(
      "Undo: \(edit.what)?", sources, "Each row is restored, except those that somebody changed since.",
      "Undo",
      .action(.undo(edit)))
    return []
  }

  /// Has rows changed. Until that is over nothing is undone: it would be another change than one thinks.
  mutating func change(_ action: Action) -> [Effect] {
    if action.changesRows { changesUnderWay += 1 }
    return [.act(action)]
  }

  /// A change of rows is over. Those that nobody looked at since they are what they are, are looked at.
  mutating func apply(_ edit: RowsEdit?, _ message: Message) -> [Effect] {
    changesUnderWay = max(changesUnderWay - 1, 0)
    say(message)
    guard let edit else { return [] }
    edits = edits.keeping(edit)
    return lookAtNew(edit.change)
  }

  /// A change was taken back: what it was is no longer to be undone.
  mutating func apply(undone edit: RowsEdit, _ change: RowsChanged?, _ message: Message) -> [Effect] {
    changesUnderWay = max(changesUnderWay - 1, 0)
    say(message)
    guard let change else { return [] }
    edits.removeAll { $0 == edit }
    return lookAtNew(change)
  }

  private mutating func lookAtNew(_ change: RowsChanged) -> [Effect] {
    let new = change.unseen(at: now)
    // One may go without: the next run looks at them.
    guard !new.isEmpty, sweeps.count < Sweep.most else { return [] }
    return begin(.check(.sources(new)), quietly: true)
  }
}

extension Action {
  /// Whether rows of the table are written by it.
  fileprivate var changesRows: Bool {
    switch self {
    case .add, .importRows, .edit, .setEnabled, .remove, .undo: true
    case .sweep, .plan, .stopPlan, .stopSweeps, .createRepositories, .setTimer, .cancel, .withdraw, .retry, .write,
      .inspect, .compare, .preview, .browse, .runOwn, .stopOwn:
      false
    }
  }
}
