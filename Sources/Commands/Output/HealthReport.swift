import Doctor
import FoundationEssentials
import Support

/// What `doctor` found, for people and as a document.
struct HealthReport {
  let asOf: Date
  let checks: [HealthCheck]

  var hasFailed: Bool { count(.failed) > 0 }

  private func count(_ status: HealthCheck.Status) -> Int { checks.count { $0.status == status } }

  /// A line for each check, and one below it with what to do.
  func lines(_ palette: Palette) -> [String] {
    let width = checks.map(\.name.count).filter { $0 <= 24 }.max() ?? 0
    var lines: [String] = []
    for check in checks {
      let status = check.status.rawValue.padded(to: 9)
      let name = check.name.count > width ? "\(check.name)  " : check.name.padded(to: width + 2)
      lines.append(palette.paint(status, check.status.severity) + name + check.seen)
      if let advice = check.advice { lines.append(String(repeating: " ", count: 9) + "-> " + advice) }
    }
    let counts = [HealthCheck.Status.failed, .warning].filter { count($0) > 0 }.map { "\(count($0)) \($0.rawValue)" }
    lines.append(
      counts.isEmpty
        ? "\(counted(checks.count, "check")) passed" : "\(counts.joined(separator: ", ")) of \(checks.count)")
    return lines
  }

  var json: JSONValue {
    .object([
      "asOf": .time(asOf),
      "checks": .array(
        checks.map { check in
          .object([
            "name": .string(check.name), "status": .string(check.status.rawValue), "seen": .string(check.seen),
            "advice": .text(check.advice),
          ])
        }),
      "summary": .object(
        Dictionary(uniqueKeysWithValues: HealthCheck.Status.allCases.map { ($0.rawValue, .number(count($0))) })),
    ])
  }
}
