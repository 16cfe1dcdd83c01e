import FoundationEssentials
import MirrorCore
import Terminal
import Testing

@testable import TUI

@Suite struct LinearTests {
  /// A dashboard that somebody talks with.
  struct Talk {
    var state = Sample.state()
    var before: State?

    mutating func say(_ line: String) -> [Effect] {
      let effects = LinearInput.keys(for: line, in: state).flatMap { state.reduce(.key($0)) }
      if state.awaitsShowing { _ = state.reduce(.shown(.now)) }
      return effects
    }

    mutating func hear(isAsked: Bool = true) -> String {
      defer { before = state }
      return Speech(state, after: before, isAsked: isAsked).lines.joined(separator: "\n")
    }
  }

  @Test("At first it says what is there, then only what was asked for or came by itself") func begins() {
    var talk = Talk()
    let words = talk.hear()
    #expect(words.contains("Mirrors, 13. unreadable 1, failed 1"))
    #expect(words.contains("1 of 13: source docker.io/library/alpine:3.20, destination"))
    _ = talk.state.reduce(.loaded(Sample.load))
    #expect(talk.hear(isAsked: false) == "")
    _ = talk.state.reduce(.message(Message(at: Sample.now, severity: .bad, text: "it failed")))
    #expect(talk.hear(isAsked: false) == "error: it failed")
    _ = talk.state.reduce(Sample.failure("the disk is full", in: 1))
    #expect(talk.hear(isAsked: false) == "error: the disk is full")
    _ = talk.state.reduce(Sample.failure("the disk is full", in: 1))
    #expect(talk.hear(isAsked: false) == "")
  }

  @Test("What was not read yet is not told as empty", arguments: [nil, "no connection"])
  func unread(failure: String?) {
    var talk = Talk()
    talk.state = State(
      context: State.Context(installed: State.Installed(name: "prod"), isReadOnly: false, isASCII: false),
      size: Size(rows: 24, columns: 80),
      now: Sample.now)
    if let failure { _ = talk.state.reduce(Sample.failure(failure, in: 1)) }
    for line in ["mirrors", "jobs", "j"] {
      #expect(talk.hear().contains(failure == nil ? "prod is being loaded" : "prod could not be loaded yet"))
      _ = talk.say(line)
    }
    _ = talk.state.reduce(.loaded(Sample.load))
    #expect(talk.hear(isAsked: false).contains("Jobs, 3."))
  }

  @Test("The runs come with the timer") func timer() {
    var talk = Talk()
    _ = talk.state.reduce(.automation(Sample.automation))
    _ = talk.hear()
    _ = talk.say("runs")
    #expect(talk.hear().hasPrefix("Runs, 0.\ntimer rate(15 minutes)  paused."))
  }

  @Test(
    "A line is a key, a command, a filter, or Enter",
    arguments: [
      (["j"], "2 of 13: source docker.io/library/nginx:1.27"), (["G"], "13 of 13: source zzz bad row"),
      (["down", "down"], "3 of 13"), ([":sort state"], "1 of 13"), (["/redis"], "Mirrors, 1 of 13, filter redis."),
      (["/redis", "Esc"], "4 of 13"), ([""], "docker.io/library/alpine:3.20"), (["jobs"], "Jobs, 3."),
      (["bogus"], "unknown command bogus; Tab or ? lists the commands"),
      ([":bogus"], "error: unknown command bogus"), ([":bogus", "j"], "2 of 13"),
      (["/state:zz"], "error: no state begins with zz"), (["help"], "Keys of the view Mirrors"),
      (["group registry", "first"], "group docker.io, 4:  drifted 1"), (["mark", "up"], "1 of 13: marked, source"),
      (["problems"], "problem unreadable, what zzz bad row"),
    ])
  func lines(said: [String], heard: String) {
    var talk = Talk()
    _ = talk.hear()
    var words = ""
    for line in said {
      _ = talk.say(line)
      words = talk.hear()
    }
    #expect(words.contains(heard), "\(words)")
  }

  @Test("Actions are asked about in words and done") func actions() {
    var talk = Talk()
    _ = talk.hear()
    #expect(talk.say("mirror") == [.act(.sweep(1, .mirror(.sources(["docker.io/library/alpine:3.20"]))))])
    #expect(talk.say("D") == [])
    #expect(talk.hear().contains("Delete 1 mirror?\ndocker.io/library/alpine:3.20"))
    #expect(talk.say("n") == [])
    #expect(talk.hear().contains("nothing was done"))
    _ = talk.say("mark-all")
    _ = talk.say("delete")
    #expect(talk.hear().contains("Type delete 12"))
    #expect(talk.say("delete 12").count == 1)
    #expect(talk.say("quit") == [.program(.quit)])
  }

  @Test("A form is filled in line by line") func form() {
    var talk = Talk()
    _ = talk.hear()
    _ = talk.say("add")
    #expect(talk.hear().contains("Add a mirror: Source?"))
    #expect(talk.say("quay.io/x/y:1") == [])
    #expect(talk.hear().contains("Destinations?"))
    #expect(talk.say("save") == [])
    #expect(talk.hear().contains("error: Destinations: give at least one destination"))
    _ = talk.say("z.io/y")
    #expect(talk.say("save") == [.act(.add(MirrorEntry(source: "quay.io/x/y:1", destinations: ["z.io/y"])))])
  }

  @Test("A log is read out from its end, and as it grows") func log() throws {
    var talk = Talk()
    _ = talk.hear()
    _ = talk.say("jobs")
    _ = talk.say("G")
    _ = talk.say("log")
    let source = try #require(talk.state.log?.source)
    _ = talk.hear()
    _ = talk.state.reduce(.log(LogTests.page(1...80), of: source))
    let words = talk.hear(isAsked: false)
    #expect(words.hasPrefix("30 lines skipped\nline 31\n") && words.hasSuffix("line 80"))
    _ = talk.state.reduce(.log(LogTests.page(81...81), of: source))
    #expect(talk.hear(isAsked: false) == "line 81")
  }
}
