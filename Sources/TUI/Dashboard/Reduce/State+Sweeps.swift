import MirrorCore

extension State {
  /// Whether another sweep may begin; says why not.
  mutating func hasRoomForSweep() -> Bool {
    if sweeps.count < Sweep.most { return true }
    say(.warning, "\(sweeps.count) checks are already running; Esc in the mirrors view stops them")
    return false
  }

  /// Begins a sweep: here alone they get their numbers.
  ///
  /// - Parameter quietly: whether nobody asked for it.
  mutating func begin(_ kind: Sweep.Kind, quietly: Bool = false) -> [Effect] {
    guard hasRoomForSweep() else { return [] }
    sweepsBegun += 1
    sweeps.append(Sweep(id: sweepsBegun, kind: kind, isQuiet: quietly))
    return [.act(.sweep(sweepsBegun, kind))]
  }

  mutating func end(sweep id: Int, _ message: Message) {
    let isQuiet = sweeps.contains { $0.id == id && $0.isQuiet }
    sweeps.removeAll { $0.id == id }
    if isQuiet { note(behind: message) } else { say(message) }
  }

  mutating func update(sweep id: Int, _ change: (inout Sweep) -> Void) {
    guard let index = sweeps.firstIndex(where: { $0.id == id }) else { return }
    change(&sweeps[index])
  }
}
