import MirrorCore

extension State {
  /// Whether another sweep may begin; says why not.
  mutating func hasRoomForSweep() -> Bool {
    if sweeps.count < Sweep.most { return true }
    say(.warning, "\(sweeps.count) checks are under way already; Esc in the mirrors view stops them")
    return false
  }

  /// Begins a sweep: here alone they get their numbers.
  mutating func begin(_ kind: Sweep.Kind) -> [Effect] {
    guard hasRoomForSweep() else { return [] }
    sweepsBegun += 1
    sweeps.append(Sweep(id: sweepsBegun, kind: kind))
    return [.act(.sweep(sweepsBegun, kind))]
  }

  mutating func update(sweep id: Int, _ change: (inout Sweep) -> Void) {
    guard let index = sweeps.firstIndex(where: { $0.id == id }) else { return }
    change(&sweeps[index])
  }
}
