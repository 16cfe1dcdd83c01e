import FoundationEssentials
import Support
import Terminal

/// A piece of text with its look.
struct Span: Sendable, Equatable {
  var text: String
  var role: Role

  init(_ text: String, _ role: Role = .plain) {
    self.text = text
    self.role = role
  }
}

/// What painting needs to know besides the state: symbols that the terminal can show, and the time. It notes when the
/// first of the ages that it wrote will read differently, so that nothing is drawn before then.
struct Brush {
  let now: Date
  let symbols: Symbols
  let theme: Theme
  private(set) var nextChange: Date?

  init(now: Date, symbols: Symbols, theme: Theme = .terminal) {
    self.now = now
    self.theme = theme
    self.symbols = symbols
  }

  /// How long ago something was, as `45s`, `12m`, `3h`, `5d`; `-` for never.
  mutating func age(_ date: Date?) -> String {
    guard let date else { return symbols.nothing }
    let seconds = max(now.timeIntervalSince(date), 0)
    let unit: Double =
      switch seconds {
      case ..<60: 1
      case ..<86400: 60
      default: 3600
      }
    let next = date.addingTimeInterval((seconds / unit).rounded(.down) * unit + unit)
    expectChange(at: next)
    return now.since(date).brief
  }

  /// When something ends, as `in 3d`, or that it has: `over`; nothing for never.
  mutating func end(_ date: Date?) -> String {
    guard let date else { return "" }
    let left = date.since(now)
    if left <= .zero { return "over" }
    expectChange(at: now.addingTimeInterval(left < .seconds(60) ? 1 : 60))
    return "in \(left.brief)"
  }

  /// Notes that what is drawn will be another from this moment.
  mutating func expectChange(at date: Date) {
    nextChange = min(nextChange ?? date, date)
  }

  /// A time in full and how long ago it was.
  mutating func moment(_ date: Date?) -> String {
    date.map { "\($0.rfc3339)  (\(age($0)) ago)" } ?? "never"
  }
}
