import Doctor
import Terminal

extension HealthCheck {
  /// Whether the dashboard can be shown, and how well.
  static func terminal(_ survey: TerminalSurvey) -> HealthCheck {
    let name = "terminal"
    guard let type = survey.type else {
      return HealthCheck(
        name, .warning, "TERM is not set: the dashboard does not open",
        advice: "set TERM to the terminal's type, such as xterm-256color")
    }
    guard survey.isKnown else {
      return HealthCheck(
        name, .warning, "the terminal type '\(type)' is unknown on this machine: the dashboard does not open",
        advice: "install its terminfo entry (package ncurses-term), or set TERM to a known one, such as xterm-256color")
    }
    guard survey.canMoveCursor else {
      return HealthCheck(
        name, .warning, "'\(type)' cannot move its cursor: the dashboard does not open",
        advice: "use ecrmirror --linear")
    }
    let size = survey.size.map { ", \($0.columns)x\($0.rows)" } ?? ""
    let colors = survey.colors > 0 ? "\(survey.colors) colours" : "no colours"
    let seen = "\(type)\(size), \(colors)"
    guard survey.isUTF8 else {
      return HealthCheck(
        name, .warning, "\(seen), and no UTF-8: borders and signs are in ASCII",
        advice: "set LC_ALL or LANG to a UTF-8 locale, such as C.UTF-8")
    }
    return HealthCheck(name, .ok, "\(seen), UTF-8")
  }
}
