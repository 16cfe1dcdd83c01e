import MirrorCore
import Terminal

/// What was typed ahead of a question is no answer to it, and what a program sends in one burst is no order.
extension State {
  /// Whether a question is not known to stand before the person yet.
  var awaitsShowing: Bool {
    if case .confirmation(let question) = input { question.quietSince == nil } else { false }
  }

  /// Refuses a key of a burst, and with it the rest of the burst: it was meant for what the key would have opened.
  mutating func refuseBurst(_ key: String) {
    refusesBurst = true
    say(.warning, CommandError.burst(key).description)
  }

  /// Whether the key belongs to a burst of which one was refused; everybody can leave all the same.
  mutating func isRestOfRefusedBurst(_ key: Key, _ arrival: Arrival) -> Bool {
    if !arrival.isBurst { refusesBurst = false }
    return refusesBurst && key != .control("C")
  }

  mutating func noteShown(at time: ContinuousClock.Instant) {
    guard case .confirmation(var question) = input else { return }
    question.quietSince = max(question.quietSince ?? time, time)
    input = .confirmation(question)
  }
}

extension Binding {
  /// Whether it changes something, or asks whether to, so that only a key pressed by itself is obeyed. Opening a form
  /// changes nothing.
  var needsFingers: Bool {
    switch operation {
    case .add, .edit: false
    case .saveLog, .dump: true
    default: mutates
    }
  }
}

extension CommandError {
  /// - Parameter key: as a person names it.
  static func burst(_ key: String) -> CommandError {
    CommandError("\(key) came in one burst with other keys, as programs send them, and was not obeyed: press it again")
  }
}
