import MirrorCore
import Terminal

extension State {
  mutating func pressInForm(_ key: Key, _ form: MirrorForm, _ arrival: Arrival) -> [Effect] {
    var form = form
    switch key {
    case .escape:
      input = nil
      return []
    case .control("O"): return look(at: form)
    case .tab, .down: form.move(by: 1)
    case .backtab, .up: form.move(by: -1)
    case .enter where arrival.isBurst:
      refuseBurst("Enter")
      return []
    case .enter:
      form.wasTried = true
      if case .success(let entry) = result(of: form) {
        input = nil
        guard let original = form.original else {
          mirrors.expect(entry.source)
          return change(.add(entry))
        }
        if original.hasSameDefinition(as: entry) {
          say(.info, "nothing was changed")
          return []
        }
        return change(.edit(original: original, new: entry))
      }
    default: form.type(key)
    }
    input = .form(form)
    return []
  }

  /// Asks the registry about the source: whether it is there, how large, and for which platforms.
  private mutating func look(at form: MirrorForm) -> [Effect] {
    let source = form.lookedAt
    guard !source.isEmpty else {
      say(.info, "name an image in the field Source first")
      return []
    }
    return inspect([source], withSize: true)
  }

  func result(of form: MirrorForm) -> Result<MirrorEntry, FormError> {
    form.entry(existing: { source in mirrors.rows.contains { $0.id == source } }, now: now)
  }

  mutating func pressInConfirmation(_ key: Key, _ question: Confirmation, _ arrival: Arrival) -> [Effect] {
    var question = question
    if !question.isOpen(to: arrival.at) {
      input = .confirmation(question)
      return []
    }
    if arrival.isBurst, question.isYes(key) {
      refuseBurst("\(key)")
      return []
    }
    switch key {
    case .enter where question.isTypedRight: return confirmed(question)
    case _ where question.typed != nil && key != .escape && key != .enter:
      if !question.field.handle(key) { return [] }
    case .character("y"), .character("Y"):
      return confirmed(question)
    case .enter where question.isYesChosen:
      return confirmed(question)
    case .enter, .escape, .character("n"), .character("N"), .character("q"):
      input = nil
      say(.info, "nothing was done")
      return []
    case .left, .right, .tab, .backtab, .character("h"), .character("l"):
      question.isYesChosen.toggle()
    default: break
    }
    input = .confirmation(question)
    return []
  }

  private mutating func confirmed(_ question: Confirmation) -> [Effect] {
    input = nil
    return switch question.asked {
    case .sweep(let kind): begin(kind)
    case .action(let action): change(action)
    }
  }
}
