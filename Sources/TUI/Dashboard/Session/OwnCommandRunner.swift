import FoundationEssentials
import Subprocess
import Support
import SystemPackage

/// Runs a person's own command apart from the terminal, which stays the dashboard's.
struct OwnCommandRunner: Sendable {
  let post: @Sendable (CommandOutput) -> Void

  /// Between being asked to end and being made to.
  private static let grace = Duration.seconds(2)
  private static let pause = Duration.milliseconds(100)

  /// Tells what it says as it comes, and how it ended. Cancelled, it ends it.
  func run(_ run: OwnRun) async {
    var output = CommandOutput(run)
    post(output)
    do {
      let status = try await follow(run, &output)
      output.end = status.isSuccess ? .succeeded : .failed("ended with \(status)")
    } catch {
      output.end = .failed(
        Task.isCancelled ? "stopped" : "\(run.words.first?.cleaned ?? "it") could not be run: \(error)".cleaned)
    }
    if Task.isCancelled { output.end = .failed("stopped") }
    post(output)
  }

  private func follow(_ run: OwnRun, _ output: inout CommandOutput) async throws -> TerminationStatus {
    let environment = ProcessInfo.processInfo.environment
    let search = SearchPath(environment["PATH"] ?? "")
    guard let path = run.words.first.flatMap(search.path) else { throw MissingProgram() }
    var options = PlatformOptions()
    options.createSession = true
    options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: Self.grace)]
    let variables = run.variables.map { (Environment.Key(stringLiteral: $0.key), Optional($0.value)) }
    var said = output
    let result = try await Subprocess.run(
      .path(FilePath(path)), arguments: Arguments(Array(run.words.dropFirst())),
      environment: .inherit.updating(Dictionary(uniqueKeysWithValues: variables)), platformOptions: options,
      input: .none, output: .sequence, error: .combinedWithOutput
    ) { execution in
      var lines = LineSplitter()
      var last = ContinuousClock.now
      for try await chunk in execution.standardOutput {
        let before = said.lines.count
        chunk.withUnsafeBytes { lines.feed($0) }.forEach { said.add($0) }
        // Of what is not kept the number alone changes.
        if said.lines.count > before || .now - last > Self.pause {
          post(said)
          last = .now
        }
      }
      if let line = lines.finish() { said.add(line) }
    }
    output = said
    return result.terminationStatus
  }

  private struct MissingProgram: Error, CustomStringConvertible {
    var description: String { "no such program in PATH" }
  }
}
