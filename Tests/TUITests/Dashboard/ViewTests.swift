import FoundationEssentials
import MirrorCore
import OCIRegistry
import Terminal
import Testing

@testable import TUI

@Suite struct ViewTests {
  @Test("Problems come worst first, say what to do, and lead to what they are about") func problems() {
    var state = Sample.state(columns: 200)
    state.paneWish = .none
    state.type("6")
    #expect(
      (0..<state.problems.count).compactMap { state.problems.row($0)?.word }
        == ["unreadable", "failed", "blocked", "source-missing", "unreachable"])
    #expect(state.render().grid.text.contains("l shows why; m retries"))
    state.type("j<Enter>")
    #expect(state.place == .mirror("ghcr.io/example/app:2.0"))
    #expect(state.type("<Esc>m") == [.act(.sweep(1, .mirror(.sources(["ghcr.io/example/app:2.0"]))))])
    #expect(state.type("j c") == [.act(.sweep(2, .check(.sources(["ghcr.io/example/fixed:1"]))))])
    #expect(state.type("ugm") == [])
    #expect(state.said.contains("cannot be read"))
    state.type("jl")
    #expect(state.place == .job("job-1"))
  }

  @Test("What a problem leads to says what to do too") func advice() {
    var state = Sample.state(rows: 50)
    state.type("/state:failed<Enter><Enter>")
    #expect(state.render().grid.text.contains("to do   l shows why; m retries"))
    state.type("q<Esc>/state:in-sync<Enter><Enter>")
    #expect(!state.render().grid.text.contains("to do"))
  }

  @Test("Throttled registries, jobs that wait for long and runs that ended early are problems too") func others() {
    let stuck = Job(
      id: "job-9", name: "run-9",
      request: JobRequest(
        origin: .run, mirror: "docker.io/library/x:1", source: "docker.io/library/x:1", destinations: ["y.io/x:1"]),
      state: .runnable, created: Sample.ago(3600))
    var state = Sample.state(load: Load(at: Sample.now, mirrors: [], jobs: [JobRow(stuck)], lastSweep: nil))
    _ = state.reduce(.registries(Sample.registries, signIns: Sample.signIns))
    #expect(state.problems.rows.map(\.word) == ["stuck", "throttled"])
    let failed = Sample.history.filter { $0.item.isGood == false && $0.item.kind == "check" }
    _ = state.reduce(.history(failed, of: .all))
    #expect(state.problems.rows.map(\.word) == ["stuck", "throttled", "run"])
    _ = state.reduce(.history(Sample.history, of: .all))
    #expect(state.problems.rows.map(\.word) == ["stuck", "throttled"])
    state.type("6G<Enter>")
    #expect(state.place == .job("job-9"))
    #expect(state.type("<Esc>Ky") == [.act(.cancel(jobs: ["job-9"]))])
  }

  @Test("A registry shows its budget, when it resets, throttling and sign-in, never a secret") func registries() {
    var state = Sample.state(rows: 40, columns: 200)
    state.paneWish = .none
    state.type("5")
    #expect(state.watch.registries?["docker.io"] == "library/alpine")
    _ = state.reduce(.registries(Sample.registries, signIns: Sample.signIns))
    let text = state.render().grid.text
    for word in ["12/100", "in 2h", "ann", "throttled until", "anonymous", "failed: the helper"] {
      #expect(text.contains(word), "\(word)")
    }
    state.type("j<Enter>")
    #expect(state.place == .registry("docker.io"))
    for word in ["48", "12/100", "192.0.2.7", "source of 4, destination of 0"] {
      #expect(state.render().grid.text.contains(word))
    }
  }

  @Test("A run shows what it found and what became of its jobs") func run() {
    var state = Sample.state(rows: 40)
    _ = state.reduce(.history(Sample.history, of: .all))
    state.type("4")
    #expect(state.runs.rows.map(\.drift) == [3, 0, 0])
    state.type("<Enter>")
    let text = state.render().grid.text
    for word in ["Found", "drifted         3", "Jobs", "failed     ghcr.io/example/app:2.0"] {
      #expect(text.contains(word), "\(word)")
    }
  }

  @Test(
    "The drift of the last runs is a line that is always in view, oldest first, beside what is under way where there is room",
    arguments: [(80, false), (120, false), (120, true)])
  func sparkline(columns: Int, isBusy: Bool) {
    var state = Sample.state(columns: columns)
    if !isBusy { _ = state.reduce(.loaded(Load(at: Sample.now, mirrors: Sample.mirrors, jobs: [], lastSweep: nil))) }
    _ = state.reduce(.history(Sample.history, of: .all))
    for keys in ["1", "2", "3", "4", "5", "6", "7", "8", "?"] {
      state.type(keys)
      let text = state.render().grid.text
      #expect(text.contains("drift ▁▁█ 3") && text.contains("0/2 · 0 failed") == isBusy)
    }
    #expect(Symbols.unicode.sparkline([0, 1, 50, 100]) == "▁▂▅█")
    #expect(Symbols.ascii.sparkline([0, 0]) == "__")
    #expect(Symbols.ascii.sparkline([]) == "")
  }

  @Test(
    "Nothing from rows, registries, history or logs reaches a cell uncleaned",
    arguments: ["1", "2", "3", "4", "5", "6", "7", "8"])
  func cleaned(view: String) {
    let evil = "e\u{1b}]0;x\u{7}v\u{202e}i\u{9b}l"
    var row = Sample.mirror("x.io/\(evil):1", to: ["y.io/\(evil):1"], .unreachable, error: evil)
    row.entry.source = "x.io/\(evil):1"
    let job = Job(
      id: "j", name: evil, request: JobRequest(origin: .run, mirror: evil, source: evil, destinations: [evil]),
      state: .failed, reason: evil, created: Sample.now,
      attempts: [JobAttempt(number: 1, started: Sample.now, reason: evil)])
    var state = Sample.state(rows: 50, columns: 200)
    _ = state.reduce(
      .loaded(
        Load(
          at: Sample.now, mirrors: [MirrorRow(row), MirrorRow(UnreadableRow(source: evil, reason: evil))],
          jobs: [JobRow(job)], lastSweep: nil)))
    let run = RunRecord(
      id: evil, kind: .run, started: Sample.now, finished: Sample.now, mirrors: 1, found: [evil: 1], submitted: 0,
      error: evil)
    let record = JobRecord(
      JobOrder(
        id: evil, attempt: 1,
        request: JobRequest(origin: .run, mirror: evil, source: evil, destinations: [evil], run: evil)),
      started: Sample.now, finished: Sample.now, succeeded: false,
      destinations: [DestinationRecord(reference: evil, outcome: .failed, error: evil)], error: evil)
    _ = state.reduce(.history([HistoryRow(.run(run)), HistoryRow(.job(record))], of: .all))
    var status = RegistryStatus(registry: evil)
    (status.lastError, status.source) = (evil, evil)
    _ = state.reduce(.registries([status], signIns: [evil: .failed(evil)]))
    let fault = Fault(.queue, evil, reason: evil, advice: evil)
    _ = state.reduce(.automation(AutomationStatus(timer: RunTimer(schedule: evil), faults: [fault])))
    state.say(.bad, evil)
    state.type(view)
    for keys in ["", "<Enter>"] {
      state.type(keys)
      if let source = state.log?.source {
        let page = LogPage(lines: [LogLine(time: nil, text: evil)], cursor: "", attempt: 1)
        _ = state.reduce(.log(page, of: source))
      }
      let text = state.render().grid.text
      #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || !$0.properties.generalCategory.isControl })
    }
  }
}

extension Unicode.GeneralCategory {
  fileprivate var isControl: Bool { self == .control || self == .format }
}
