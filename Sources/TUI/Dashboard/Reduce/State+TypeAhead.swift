import MirrorCore
import Terminal

/// What was typed ahead of a question is no answer to it, and what a program sends in one burst is no order.
extension State {
  /// Whether a question, or another row under the cursor, is not known to stand before the person yet.
  var awaitsShowing: Bool {
    if case .confirmation(let question) = input { question.quietSince == nil } else { slip == .unseen }
  }

  /// News put another row under the cursor: what is pressed now may be meant for the one before.
  enum Slip: Sendable, Equatable {
    case unseen
    case seen(ContinuousClock.Instant)
  }

  /// A person needs so long to see it, and not to press.
  private static let reaction = Duration.milliseconds(400)

  /// Takes news in, and notes whether they put another row under the cursor.
  mutating func takingNews(_ change: (inout Self) -> Void) {
    let before = list?.subject?.opens
    change(&self)
    if let before, list?.subject?.opens != before, !context.isSpoken { slip = .unseen }
  }

  /// Whether a key of that time was pressed before one could see that it is about another row. It counts once more
  /// pressed.
  ///
  /// - Parameter time: nil for a line that was asked for.
  mutating func slips(at time: ContinuousClock.Instant?) -> Bool {
    guard let time, let slip, let list, list.markCount == 0 else { return false }
    if case .seen(let since) = slip, since.duration(to: time) >= Self.reaction {
      self.slip = nil
      return false
    }
    return true
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
    if slip == .unseen { slip = .seen(time) }
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

  /// Whether it is about the row under the cursor, so that it matters which that is.
  var isAboutSelected: Bool {
    switch operation {
    case .mirrorDrifted, .checkAll, .run, .timer, .undo, .stop, .saveLog, .dump: false
    default: true
    }
  }
}

extension CommandError {
  /// - Parameter key: as a person names it.
  static func burst(_ key: String) -> CommandError {
    CommandError("\(key) arrived in a burst with other keys, as programs send them, and was ignored: press it again")
  }
}
