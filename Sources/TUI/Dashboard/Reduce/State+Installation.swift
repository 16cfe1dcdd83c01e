import FoundationEssentials
import MirrorCore
import Support

extension State {
  /// Asks for another installation. The one on the screen stays until that one is open.
  mutating func use(_ name: String?) -> [Effect] {
    guard let name else { return [] }
    opening = name
    return [.use(name)]
  }

  /// Shows the installation that was opened, as it was last looked at; of the one before only what was said stays.
  mutating func enter(_ installed: Installed, _ memory: Remembered?) {
    if let opening {
      let stopped = sweeps.isEmpty ? "" : "; \(counted(sweeps.count, "check")) under way at \(context.name) stopped"
      var next = State(context: context, keys: keys, size: size, now: now)
      (next.theme, next.messages, next.nextSweep, next.presses) = (theme, messages, nextSweep, presses)
      self = next
      say(.good, "opened \(opening)\(stopped)")
    }
    opening = nil
    failure = nil
    let wasReadOnly = context.isReadOnly
    context.installed = installed
    if let why = installed.readOnly, !wasReadOnly { say(.warning, "\(installed.name) is only looked at, for \(why)") }
    if let memory { take(memory) }
  }
}
