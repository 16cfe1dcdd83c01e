import MirrorCore
import Support
import Terminal

extension View {
  /// What a person's own command says.
  static let output = View(
    "Output", .text { state, id, width, _ in state.outputText(id, width) },
    operations: [.stop, .copy], hints: [.stop],
    subject: { state, id in Subject(copied: state.output(id)?.lines.joined(separator: "\n")) },
    name: { state, id in state.output(id)?.name ?? id })
}

extension Place {
  static func output(_ id: Int) -> Place { Place(.output, String(id)) }
}

extension State {
  fileprivate func output(_ id: String) -> CommandOutput? { outputs.first { String($0.id) == id } }

  fileprivate func outputText(_ id: String, _ width: Int) -> [Line] {
    var page = TextPage(width: width)
    guard let output = output(id) else {
      page.paragraph("the output of this command is no longer kept", .faint)
      return page.lines
    }
    page.field("command", output.line, .title, labels: 9)
    switch output.end {
    case nil: page.field("state", "running", .busy, labels: 9)
    case .succeeded: page.field("state", "done", .good, labels: 9)
    case .failed(let reason): page.field("state", reason, .bad, labels: 9)
    }
    page.gap()
    for line in output.lines { page.paragraph(line) }
    if output.dropped > 0 { page.paragraph("and \(counted(output.dropped, "more line")), not kept", .faint) }
    return page.lines
  }

  /// Takes what a command said; the first of it is gone to.
  mutating func apply(_ output: CommandOutput) {
    if let index = outputs.firstIndex(where: { $0.id == output.id }) {
      outputs[index] = output
      return
    }
    outputs = Array((outputs + [output]).suffix(CommandOutput.kept))
    go(to: .output(output.id))
  }

  mutating func stopOwn() -> [Effect] {
    guard let output = output(place.id), output.end == nil else {
      say(.info, "no command is running here")
      return []
    }
    return [.act(.stopOwn(output.id))]
  }
}
