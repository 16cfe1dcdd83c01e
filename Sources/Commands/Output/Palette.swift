import MirrorCore

/// The colours of words on standard output.
struct Palette {
  let isOn: Bool

  init(isOn: Bool) {
    self.isOn = isOn
  }

  init(_ command: EcrmirrorCommand) {
    self.init(isOn: command.wantsColor && Console.isTerminal(1))
  }

  func paint(_ text: String, _ severity: Severity) -> String {
    guard isOn, let color = severity.color else { return text }
    return "\u{1b}[\(color)m\(text)\u{1b}[0m"
  }
}

extension Severity {
  /// Of ECMA-48's select graphic rendition: the sixteen colours that a terminal's theme decides. nil for its own.
  fileprivate var color: Int? {
    switch self {
    case .idle: 90
    case .info: nil
    case .good: 32
    case .busy: 36
    case .warning: 33
    case .unseen: 35
    case .bad: 31
    }
  }
}
