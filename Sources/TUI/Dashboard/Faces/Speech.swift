import FoundationEssentials
import Support
import Terminal

/// What the linear dashboard says after a change: what was asked for, and what came by itself; nothing else.
struct Speech {
  private(set) var lines: [String] = []

  /// - Parameters:
  ///   - before: what was last spoken of; nil at first.
  ///   - isAsked: whether somebody typed something since.
  init(_ state: State, after before: State?, isAsked: Bool) {
    if before == nil { lines.append("ecrmirror, \(state.context.name). Type help for the commands, quit to leave.") }
    if let before, before.context.name != state.context.name { lines.append("This is \(state.context.name).") }
    sayMessages(state, before)
    sayLog(state, before)
    // Rows that come after somebody asked for them are the answer.
    let isNews = before?.fresh == nil && state.fresh != nil || before?.list?.total == 0 && state.list?.total ?? 0 > 0
    guard isAsked || isNews || before?.trail != state.trail else { return }
    if let prompt = Self.prompt(state) {
      lines += prompt
    } else if before?.input != nil || before?.trail != state.trail || isNews
      || before?.list?.filter != state.list?.filter
    {
      lines += Self.view(state)
    } else if let list = state.list, state.fresh != nil {
      lines.append(Self.row(list, state))
    } else if state.list != nil {
      lines += Self.view(state)
    } else {
      lines += Self.text(state)
    }
  }

  private mutating func sayMessages(_ state: State, _ before: State?) {
    guard let last = state.messages.last, last != before?.messages.last else { return }
    let known = before?.messages.last.flatMap { old in state.messages.lastIndex(of: old) }
    for message in state.messages.dropFirst(known.map { $0 + 1 } ?? 0) { lines.append(message.word + message.text) }
  }

  /// Lines that came to the log that is open.
  private mutating func sayLog(_ state: State, _ before: State?) {
    guard let log = state.log else { return }
    let known = before?.log?.source == log.source ? before?.log.map { $0.dropped + $0.lines.count } ?? 0 : 0
    let new = log.dropped + log.lines.count - known
    if new > Self.mostLines { lines.append("\(new - Self.mostLines) lines skipped") }
    lines += log.lines.suffix(min(max(new, 0), Self.mostLines)).map(\.text)
  }

  private static let mostLines = 50

  /// What waits for an answer.
  private static func prompt(_ state: State) -> [String]? {
    switch state.input {
    case .form(let form): formPrompt(form, state)
    case .confirmation(let question): question.spoken
    case .command(let entry): [entry.error.map { "error: \($0)" } ?? "command?"]
    case .filter(_, _, let error): [error.map { "error: \($0)" } ?? "filter?"]
    case nil: nil
    }
  }

  private static func formPrompt(_ form: MirrorForm, _ state: State) -> [String] {
    var lines = ["\(form.title): \(form.field.label)? Now: \(form.text(of: form.field)). \(form.field.hint)."]
    if form.wasTried, case .failure(let error) = state.result(of: form) {
      lines.append("error: \(error.field.label): \(error.reason)")
    }
    if MirrorForm.Field.rule.contains(form.field), let preview = form.preview {
      lines.append("The rule \(preview.text(columns: 200)).")
    }
    return lines + ["Type a value; empty keeps it; save, look or cancel."]
  }

  private static func view(_ state: State) -> [String] {
    guard let list = state.list else { return ["\(state.place.view.title)."] + text(state) }
    // An empty list would be taken for an empty installation.
    if state.fresh == nil, list.count == 0 {
      return [
        "\(state.place.view.title).",
        "\(state.context.name) \(state.failure == nil ? "is being loaded" : "could not be loaded yet").",
      ]
    }
    let narrowed = list.filter.isEmpty ? "" : " of \(list.total), filter \(list.filter.text)"
    let title = "\(state.place.view.title), \(list.shown)\(narrowed)."
    return state.place.view.spoken(state, title) + [row(list, state)]
  }

  private static func text(_ state: State) -> [String] {
    state.text(width: 1000).map { line in line.spans.map(\.text).joined() }.filter { !$0.isEmpty }
  }

  private static func row(_ list: any Listing, _ state: State) -> String {
    if list.count == 0 { return "Nothing is shown." }
    var brush = Brush(now: state.now, symbols: .ascii)
    return "\(list.position + 1) of \(list.count): \(list.description(of: list.position, &brush))"
  }
}
