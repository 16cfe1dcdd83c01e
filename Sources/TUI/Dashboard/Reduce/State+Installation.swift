import FoundationEssentials
import MirrorCore
import Support

extension State {
  /// Asks for another installation. The one on the screen stays until that one is open.
  mutating func use(_ name: String?) -> [Effect] {
    guard let name else { return [] }
    return open(name)
  }

  /// - Parameter name: as a person gave it; nil for the one that was meant at first.
  mutating func open(_ name: String?) -> [Effect] {
    opening = name
    return [.program(.open(name, number: openings.ask()))]
  }

  /// Reads everything again; before anything is open, tries at once to open it.
  mutating func reload() -> [Effect] { openings.shown == nil ? open(opening) : [.reload] }

  /// Shows the installation that was opened, as it was last looked at; of the one before only what was said stays.
  mutating func enter(_ opened: Opened) -> [Effect] {
    let left = remembered
    if let opening {
      let stopped = sweeps.isEmpty ? "" : "; stopped \(counted(sweeps.count, "check")) at \(context.name)"
      var next = State(context: context, keys: keys, size: size, now: now)
      (next.theme, next.messages, next.sweepsBegun, next.presses) = (theme, messages, sweepsBegun, presses)
      next.ownRuns = ownRuns
      next.plansBegun = plansBegun
      (next.openings, next.paneWish) = (openings, paneWish)
      self = next
      say(.good, "opened \(opening)\(stopped)")
    }
    opening = nil
    failure = nil
    openings.show()
    let installed = opened.installed
    let wasReadOnly = context.isReadOnly
    context.installed = installed
    if let why = installed.readOnly, !wasReadOnly { say(.warning, "\(installed.name) is read-only: \(why)") }
    if let memory = opened.memory { restore(memory) }
    begin()
    return [.program(.enter(opened, left: left, looked: remembered, wakes: !context.isReadOnly))]
  }

  /// Where nothing is on the screen yet, the installation that was meant at first is gone back to; without that one
  /// there is nothing to show.
  mutating func notOpened(_ name: String, _ reason: String) -> [Effect] {
    if openings.shown == nil, opening == nil { return [.program(.fail(reason))] }
    opening = nil
    say(.bad, "cannot open \(name): \(reason)")
    return openings.shown == nil ? open(nil) : []
  }
}
