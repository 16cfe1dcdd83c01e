import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support
import Terminal
import TestSupport
import Testing

@testable import TUI

@Suite struct OwnCommandTests {
  private static func state(_ yaml: String, isReadOnly: Bool = false) throws -> State {
    let settings = try SettingsTests.read("dashboard:\n  commands:\n" + yaml)
    var state = Sample.state(isReadOnly: isReadOnly, keys: settings.keys)
    state.type("g")
    return state
  }

  private static func run(_ effects: [Effect]) -> OwnRun? {
    if case .act(.runOwn(let run))? = effects.first { run } else { nil }
  }

  @Test(
    "Variables stand for what is selected, in any part of an argument, and no shell reads it",
    arguments: [
      ("$SOURCE", "S"), ("a${SOURCE}b", "aSb"), ("$$SOURCE", "$SOURCE"), ("$", "$"), ("5$ ", "5$ "),
      ("$SOURCE:$SOURCE", "S:S"), ("${SOURCE", "S"), ("; rm $SOURCE", "; rm S"), ("ü$SOURCE", "üS"),
      ("{print $1}", "{print $1}"),
    ])
  func expansion(text: String, expanded: String) {
    #expect(OwnCommand.expand(text) { _ in "S" } == expanded)
  }

  @Test("A key runs the program with the selected row's names and digests; a command does by its name") func keys()
    throws
  {
    var state = try Self.state("    manifest: {keys: F3, run: [crane, manifest, $SOURCE], help: show it}")
    let run = try #require(Self.run(state.reduce(.key(.function(3)))))
    #expect(run.words == ["crane", "manifest", "docker.io/library/alpine:3.20"])
    #expect(run.variables["DESTINATION"] == "\(Sample.account)/mirror/alpine:3.20")
    #expect(run.variables["STATE"] == "in-sync" && run.variables["REGISTRY"] == "docker.io")
    #expect(run.variables["DIGEST"] == Sample.digest("docker.io/library/alpine:3.20").description)
    #expect(Self.run(state.type(":manif<Enter>"))?.id == 2)
    state.type("?")
    state.size = Size(rows: 150, columns: 80)
    #expect(state.render().grid.text.contains("show it"))
  }

  @Test("What is not selected is told, and nothing is run") func missing() throws {
    var state = try Self.state("    job: {keys: F3, run: [echo, $JOB]}")
    #expect(state.reduce(.key(.function(3))) == [])
    #expect(state.said.contains("$JOB has no value here"))
    state.type("2")
    #expect(Self.run(state.reduce(.key(.function(3))))?.words.last == state.jobs.selected?.id)
  }

  @Test("What cannot be read, and what a program would take for an option, stands for nothing") func crafted() throws {
    var state = try Self.state("    tell: {keys: F3, run: [echo, $MIRROR]}")
    state.type("/zzz<Enter>")
    #expect(state.reduce(.key(.function(3))) == [])
    #expect(state.said.contains("$MIRROR has no value here"))
    let job = Job(
      id: "job-9", name: "run-9",
      request: JobRequest(origin: .run, mirror: "--output=/x", source: "-rf", destinations: ["a\u{1b}[31m"]),
      state: .running, created: Sample.ago(60))
    _ = state.reduce(.loaded(Load(at: Sample.now, mirrors: [], jobs: [JobRow(job)], lastSweep: nil)))
    state.type("2")
    #expect(state.reduce(.key(.function(3))) == [])
    #expect(state.said.contains("$MIRROR has no value here"))
  }

  @Test("What changes something is asked about first, and refused where nothing may be changed") func changes() throws {
    let yaml = "    scan: {keys: F3, shell: 'trivy image \"$SOURCE\"', changes: true, views: [mirrors]}"
    var state = try Self.state(yaml)
    #expect(state.type(":scan<Enter>") == [])
    guard case .confirmation? = state.input else { return #expect(Bool(false)) }
    #expect(state.render().grid.text.contains("Run scan now?"))
    #expect(Self.run(state.type("y"))?.words == ["/bin/sh", "-c", "trivy image \"$SOURCE\""])
    var other = try Self.state(yaml, isReadOnly: true)
    #expect(other.reduce(.key(.function(3))) == [])
    #expect(other.said.contains("read-only"))
    other.type("2")
    #expect(other.keys.binding(for: .function(3), in: .jobs) == nil)
  }

  @Test("What it says is shown in a view of its own, bounded and clean, and can be stopped") func output() {
    var state = Sample.state()
    var output = CommandOutput(OwnRun(id: 1, name: "scan", words: ["trivy", "x"], variables: [:]))
    _ = state.reduce(.output(output))
    #expect(state.place == .output(1))
    output.add("one \u{1b}[31mred")
    for number in 0..<6000 { output.add("line \(number)") }
    #expect(output.lines.count == CommandOutput.mostLines && output.dropped == 1001)
    _ = state.reduce(.output(output))
    let text = state.render().grid.text
    #expect(text.contains("trivy x") && text.contains("running") && text.contains("red") && !text.contains("\u{1b}"))
    #expect(state.type("K") == [.act(.stopOwn(1))])
    output.end = .failed("ended with exited(2)")
    _ = state.reduce(.output(output))
    #expect(state.type("K") == [] && state.render().grid.text.contains("ended with exited(2)"))
    state.type("q")
    #expect(state.place == .mirrors)
    _ = state.reduce(.output(output))
    #expect(state.place == .mirrors, "only what begins is gone to")
  }

  @Test("A program gets its arguments and variables, and how it ends is told") func runs() async throws {
    func ended(_ words: [String]) async -> CommandOutput? {
      let last = Lock<CommandOutput?>(nil)
      let run = OwnRun(id: 1, name: "x", words: words, variables: ["SOURCE": "a b;c"])
      await OwnCommandRunner { output in last.withLock { $0 = output } }.run(run)
      return last.withLock { $0 }
    }
    let echo = await ended(["/bin/sh", "-c", "echo \"$SOURCE\"; echo bad >&2; exit 3"])
    #expect(echo?.lines == ["a b;c", "bad"] && echo?.end == .failed("ended with exited(3)"))
    let good = await ended(["printf", "%s|", "a b", "$SOURCE"])
    #expect(good?.lines == ["a b|$SOURCE|"] && good?.end == .succeeded)
    guard case .failed(let reason)? = await ended(["no-such-program"])?.end else { return #expect(Bool(false)) }
    #expect(reason.contains("no-such-program could not be run"))
  }

  @Test("One that does not end is ended with whatever it started") func stop() async throws {
    let said = Lock<CommandOutput?>(nil)
    let run = OwnRun(id: 1, name: "x", words: ["/bin/sh", "-c", "echo $$; sleep 1000; echo on"], variables: [:])
    let task = Task { await OwnCommandRunner { output in said.withLock { $0 = output } }.run(run) }
    try await waitFor("a process number") { said.withLock { $0?.lines.first } != nil }
    task.cancel()
    await task.value
    #expect(said.withLock { $0?.end } == .failed("stopped"))
  }

  @Test(
    "A mistake is named with its line",
    arguments: [
      ("    mirror: {run: [x]}", "line 3: the name 'mirror' is already taken by an operation"),
      ("    x: {run: [a, '${SOURCE:-b}']}", "line 3: unknown variable $SOURCE:-b"),
      ("    x: {run: [a, $FOO]}", "line 3: unknown variable $FOO; variables: $MIRROR, $SOURCE"),
      ("    x: {keys: F3}", "line 3: the command x needs either run"),
      ("    x: {run: [a], shell: b}", "line 3: the command x needs either run"),
      ("    x y: {run: [a]}", "line 3: 'x y' cannot be typed as a command"),
      ("    x: {run: [a], views: [nowhere]}", "line 3: unknown view 'nowhere'"),
      ("    x: {run: [a], keys: m}", "line 3: the key m is bound to both"),
      ("    x: {run: [a], colour: red}", "line 3: unknown key 'colour'; known keys: changes"),
    ])
  func mistakes(yaml: String, words: String) {
    let error = #expect(throws: (any Error).self) { try Self.state(yaml) }
    #expect("\(String(describing: error))".contains(words) == true, "\(String(describing: error))")
  }
}
