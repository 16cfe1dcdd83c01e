import MirrorCore
import Terminal

extension State {
  mutating func pressInForm(_ key: Key, _ form: MirrorForm, _ arrival: Arrival) -> [Effect] {
    var form = form
    switch key {
    case .escape:
      input = nil
      return []
    case .control("O"): return form.previewed == nil ? look(at: form) : show(form, again: true)
    case .tab, .down: form.move(by: 1)
    case .backtab, .up: form.move(by: -1)
    case .enter where arrival.isBurst:
      refuseBurst("Enter")
      return []
    case .enter:
      switch result(of: form) {
      case .failure(let error):
        form.point(at: error)
        say(.warning, "\(error.field.label): \(error.reason)")
      case .success(let entry):
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
    return show(form)
  }

  /// Puts the form on the screen, and asks what its tag rule selects where that is not known.
  ///
  /// - Parameter again: whether the registry is asked for its tags although they are known.
  mutating func show(_ form: MirrorForm, again: Bool = false) -> [Effect] {
    var form = form
    defer { input = .form(form) }
    guard let subject = form.previewed else {
      // While a rule is being typed, what the last one selected says more than nothing.
      if !form.saysRule { form.preview = nil }
      return []
    }
    // Half a name would be asked for with each letter.
    let isTypingSource = form.original == nil && form.field == .source
    guard openings.shown != nil, again || form.preview?.subject != subject && !isTypingSource else { return [] }
    form.preview = TagPreview(subject, after: form.preview)
    return [.act(.preview(subject, again: again))]
  }

  /// Asks the registry about the source: whether it is there, how large, and for which platforms.
  private mutating func look(at form: MirrorForm) -> [Effect] {
    let source = form.lookedAt
    guard !source.isEmpty else {
      say(.info, "fill in the field Source first")
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
      return question.plan > 0 ? [.act(.stopPlan)] : []
    case .left, .right, .tab, .backtab, .character("h"), .character("l"):
      question.isYesChosen.toggle()
    default: break
    }
    input = .confirmation(question)
    return []
  }

  private mutating func confirmed(_ question: Confirmation) -> [Effect] {
    input = nil
    let stop: [Effect] = question.plan > 0 ? [.act(.stopPlan)] : []
    return switch question.asked {
    case .sweep(let kind): stop + begin(kind)
    case .action(let action): stop + change(action)
    }
  }
}
