import Doctor
import Foundation
import Support
import Terminal
import Testing

@testable import Commands

struct HealthReportTests {
  static let checks = [
    HealthCheck("skopeo", .ok, "/usr/bin/skopeo, version 1.9.3"),
    HealthCheck(
      "registry a-very-long-name.registry.example:5000", .failed, "it cannot be reached", advice: "see\u{1b}[31m"),
    HealthCheck("timer", .warning, "it is paused", advice: "resume it"),
  ]

  @Test("Each check is a line, with what to do below it, and nothing steers the terminal")
  func lines() {
    let report = HealthReport(asOf: Date(timeIntervalSince1970: 0), checks: Self.checks)
    #expect(
      report.lines(Palette(isOn: false)) == [
        "ok       skopeo  /usr/bin/skopeo, version 1.9.3",
        "failed   registry a-very-long-name.registry.example:5000  it cannot be reached", "         -> see\u{fffd}[31m",
        "warning  timer   it is paused", "         -> resume it", "1 failed, 1 warning of 3",
      ])
    #expect(report.hasFailed)
    let well = HealthReport(asOf: .now, checks: [Self.checks[0], Self.checks[2]])
    #expect(!well.hasFailed)
    #expect(HealthReport(asOf: .now, checks: [Self.checks[0]]).lines(Palette(isOn: false)).last == "1 check passed")
  }

  @Test("The document has every check and the counts")
  func json() throws {
    let report = HealthReport(asOf: Date(timeIntervalSince1970: 0), checks: [Self.checks[0]])
    #expect(
      report.json
        == .object([
          "asOf": .string("1970-01-01T00:00:00Z"),
          "checks": .array([
            .object([
              "name": .string("skopeo"), "status": .string("ok"), "seen": .string("/usr/bin/skopeo, version 1.9.3"),
              "advice": .null,
            ])
          ]),
          "summary": .object(["ok": .integer(1), "warning": .integer(0), "failed": .integer(0)]),
        ]))
  }

  @Test(
    "A terminal that shows less than the dashboard has is told, with what to do",
    arguments: [
      (
        TerminalSurvey(type: "xterm-256color", size: Size(rows: 24, columns: 80)), HealthCheck.Status.ok,
        "80x24, 256 colours"
      ),
      (TerminalSurvey(type: "vt100", colors: 0), .ok, "no colours"),
      (TerminalSurvey(type: nil), .warning, "TERM is not set"),
      (TerminalSurvey(type: "klingon", isKnown: false), .warning, "is unknown on this machine"),
      (TerminalSurvey(type: "dumb", canMoveCursor: false), .warning, "cannot move"),
      (TerminalSurvey(type: "xterm", isUTF8: false), .warning, "no UTF-8"),
    ])
  func terminal(survey: TerminalSurvey, status: HealthCheck.Status, words: String) {
    let check = HealthCheck.terminal(survey)
    #expect(check.status == status)
    #expect(check.seen.contains(words), "\(check.seen)")
    #expect((check.advice == nil) == (status == .ok))
  }
}
