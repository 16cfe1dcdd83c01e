import FoundationEssentials
import MirrorCore
import Support

/// What would be copied, before it is: the question shows it, while the look at it goes on.
extension State {
  /// One mirror is copied at once; several are shown first.
  mutating func mirrorNow() -> [Effect] {
    let rows = mirrorTargets()
    if rows.isEmpty { return [] }
    let selection = Selection.sources(rows.map(\.id))
    return rows.count == 1 && !context.isProduction ? begin(.mirror(selection)) : askToMirror(rows, selection)
  }

  mutating func mirrorDrifted() -> [Effect] {
    let drifted = mirrors.rows.filter { row in row.status?.destinations.contains { $0.state.isDrift } ?? false }
    guard !drifted.isEmpty else {
      say(.info, "nothing was out of sync at the last check; press C to check all now")
      return []
    }
    return askToMirror(drifted, .drifted)
  }

  private mutating func askToMirror(_ rows: [MirrorRow], _ selection: Selection) -> [Effect] {
    guard hasRoomForSweep() else { return [] }
    plansBegun += 1
    ask(
      "Mirror \(rows.standing) now?", rows.map(\.id),
      "Checking what there is to copy. Each mirror is checked again before it is copied.",
      "Mirror",
      .sweep(.mirror(selection)), needsTyping: context.isProduction)
    update { [plansBegun] question in
      question.plan = plansBegun
      // It takes nothing away, and is looked at: Enter is enough, where nothing is to be typed.
      question.isYesChosen = question.typed == nil
    }
    return [.act(.plan(plansBegun, selection))]
  }

  // MARK: - What the look comes to

  /// Changes the question that waits for this plan.
  mutating func update(plan number: Int, _ change: (inout Confirmation) -> Void) {
    update { if $0.plan == number { change(&$0) } }
  }

  private mutating func update(_ change: (inout Confirmation) -> Void) {
    guard case .confirmation(var question) = input else { return }
    change(&question)
    input = .confirmation(question)
  }

  private func asks(_ number: Int) -> Bool {
    if case .confirmation(let question) = input { question.plan == number } else { false }
  }

  /// The look is over: a yes copies what it found.
  mutating func apply(_ plan: CopyPlan, _ number: Int) {
    guard asks(number) else { return }
    guard !plan.copies.isEmpty else {
      input = nil
      return say(.mirrored(plan.report))
    }
    update(plan: number) { $0.show(plan) }
  }

  mutating func notPlanned(_ number: Int, _ message: Message) {
    guard asks(number) else { return }
    input = nil
    say(message)
  }
}

extension Confirmation {
  mutating func show(_ progress: SweepProgress) {
    consequence = "Checking what there is to copy: \(progress.looked) of \(progress.known) images."
  }

  fileprivate mutating func show(_ plan: CopyPlan) {
    question = "Copy \(plan.summary)?"
    subjects = plan.copies.map(\.request.source)
    places = plan.copies.map { copy in
      let to = copy.request.destinations
      return (to.first ?? "") + (to.count > 1 ? " +\(to.count - 1)" : "")
    }
    let pulls = plan.pulls.prefix(Self.mostRegistries).map(\.text).joined(separator: "; ")
    let others = plan.others.isEmpty ? "" : " Not copied: \(plan.others.joined(separator: ", "))."
    consequence = "\(plan.found).\(others) Pulls from \(pulls)."
    warning = plan.pulls.filter(\.isShort).map { pulls in
      let when = pulls.resetsAt.map { " before \($0.rfc3339)" } ?? ""
      return "\(pulls.registry) does not have enough pulls left\(when): what it refuses is retried later."
    }.joined(separator: " ")
    asked = .action(.retry(plan.requests))
    if typed != nil { typed = "mirror \(plan.copies.count)" }
    // It is another question than the one that was read: what was typed ahead is no answer to it.
    quietSince = nil
  }

  /// Those that matter come first.
  private static let mostRegistries = 6
}

extension CopyPlan {
  /// What was found that is no reason to copy, but none to be content either.
  fileprivate var others: [String] {
    let states: [DestinationState] = [.contested, .sourceMissing, .unreachable]
    let found = states.compactMap { state in
      report.found[state].flatMap { $0 > 0 ? "\($0) \(state.rawValue)" : nil }
    }
    return found + (report.skipped.isEmpty ? [] : ["\(report.skipped.count) skipped"])
  }
}

extension [MirrorRow] {
  /// How many they are and how they stand: `3 mirrors (1 drifted, 2 missing)`.
  fileprivate var standing: String {
    let counts = Dictionary(grouping: compactMap(\.state), by: \.self).mapValues(\.count)
    let words = counts.sorted { $0.key.weight > $1.key.weight }.map { "\($0.value) \($0.key.rawValue)" }
    return "\(counted(count, "mirror")) (\(words.joined(separator: ", ")))"
  }
}
