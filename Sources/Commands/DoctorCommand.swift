import ArgumentParser
import Doctor
import FoundationEssentials
import Installation
import Support
import Terminal

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check everything an installation depends on, and say what is wrong.",
    discussion: """
      Configuration, terminal, programs, sign-ins, the store or the stack, its timer and queues, every registry that a \
      mirror names, and the clock. Changes nothing; with --read-only no registry is contacted. Exit code 1 if \
      something failed.
      """)

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Flag(help: "One JSON document.")
  var json = false

  func run() async throws {
    let asOf = Date.now
    let environment = ProcessInfo.processInfo.environment
    let doctor = Doctor(
      try ecrmirror.choice(environment), environment: environment, asksRegistries: !ecrmirror.readOnly)
    var checks = await doctor.examine()
    checks.insert(contentsOf: dashboardChecks(environment), at: min(1, checks.count))
    // Whoever reads a document, or a pipe, needs no terminal.
    if Console.isTerminal(1) && !json { checks.insert(.terminal(TerminalSurvey()), at: min(1, checks.count)) }
    let report = HealthReport(asOf: asOf, checks: checks)
    if json {
      try Console.print(json: report.json)
    } else {
      report.lines(Palette(ecrmirror)).forEach(Console.print)
    }
    if report.hasFailed { throw ExitCode.failure }
  }

  /// What of the configuration the dashboard refuses; a configuration that cannot be read is told elsewhere.
  private func dashboardChecks(_ environment: [String: String]) -> [HealthCheck] {
    guard let configuration = try? Configuration.read(Locations(environment: environment)) else { return [] }
    do {
      try DashboardAccess.current?.check(configuration.dashboard)
      return []
    } catch {
      return [
        HealthCheck("dashboard", .failed, "\(error)", advice: "fix that line; until then the dashboard does not open")
      ]
    }
  }
}
