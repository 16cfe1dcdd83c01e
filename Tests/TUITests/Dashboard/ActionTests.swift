import FoundationEssentials
import MirrorCore
import Terminal
import Testing

@testable import TUI

@Suite struct ActionTests {
  static let retried = JobRequest(
    origin: .adhoc, mirror: "ghcr.io/example/app:2.0", source: "ghcr.io/example/app:2.0",
    destinations: ["\(Sample.account)/team/app:2.0"])

  @Test(
    "Retry queues ended jobs once more, and a run is started after a question",
    arguments: [
      ("2jjR", [Effect.act(.retry([retried]))]), ("2R", []), ("2jj<Enter>R", [.act(.retry([retried]))]),
      ("2*R", [.act(.retry([retried]))]),
      ("Ry", [.act(.sweep(1, .run))]), ("Rn", []), (":run<Enter>y", [.act(.sweep(1, .run))]),
      ("4Ry", [.act(.sweep(1, .run))]),
    ])
  func effects(keys: String, expected: [Effect]) {
    var state = Sample.state()
    #expect(state.type(keys) == expected)
  }

  @Test("A run under way is shown until it ended, with what it did") func run() {
    var state = Sample.state()
    state.type("Ry")
    #expect(state.render().grid.text.contains("running"))
    _ = state.reduce(.sweepEnded(1, Message(at: Sample.now, severity: .good, text: "queued 2 jobs")))
    #expect(!state.render().grid.text.contains("running ·"))
    state.type("7")
    #expect(state.render().grid.text.contains("queued 2 jobs"))
  }

  @Test(
    "With as many sweeps under way as may be, every key that would begin another says so",
    arguments: ["m", "M", "*m", "c", "C", "R", ":run<Enter>"])
  func full(keys: String) {
    var state = Sample.state()
    state.type(String(repeating: "C", count: Sweep.most))
    #expect(state.sweeps.map(\.id) == Array(1...Sweep.most))
    #expect(state.type(keys) == [] && state.input == nil)
    #expect(state.said == "8 checks are already running; Esc in the mirrors view stops them")
  }

  @Test("A sweep gets its number when it begins, not when it is asked about") func numbers() {
    var state = Sample.state()
    state.type("RnMn")
    #expect(state.type("C") == [.act(.sweep(1, .check(.all)))])
    #expect(state.type("Ry") == [.act(.sweep(2, .run))])
    #expect(state.sweeps.map(\.id) == [1, 2])
  }

  @Test(
    "A key that can do nothing where it is pressed says why",
    arguments: [
      ("z", "nothing is grouped here; press b to group"),
      ("Z", "nothing is grouped here; press b to group"),
      ("/nowhere<Enter><Enter>", "there is nothing here to open"), ("a<^O>", "fill in the field Source first"),
      ("G<Enter>p", "the row zzz bad row cannot be read: Destination is a number"),
      ("2g<Enter>[", "there is no attempt before this one"), ("2g<Enter>]", "there is no attempt after this one"),
    ])
  func idle(keys: String, words: String) {
    var state = Sample.state()
    #expect(state.type(keys) == [])
    #expect(state.said == words)
  }

  @Test(
    "Many at once need a typed yes, and so does everything that is asked in production",
    arguments: [
      ("*D", false, "delete 12"), ("jD", true, "delete 1"), ("M", true, "mirror 4"), ("R", true, "run 1"),
      ("2K", true, "cancel 1"),
    ])
  func typed(keys: String, isProduction: Bool, words: String) {
    var state = Sample.state(isProduction: isProduction)
    state.type(keys)
    #expect(state.render().grid.text.contains("Type \"\(words)\" to confirm"))
    #expect(state.type("y") == [] && state.input != nil)
    let stop: [Effect] = keys == "M" ? [.act(.stopPlan)] : []
    #expect(state.type("<Enter>") == stop)
    #expect(state.input == nil && state.said == "nothing was done")
    state.type(keys)
    #expect(state.type(words).isEmpty)
    #expect(state.type("<Enter>").count == 1 + stop.count)
    #expect(state.input == nil)
    state.type(keys)
    #expect(state.type(words + "<Esc>") == stop)
    #expect(state.type(keys + words + "<^C>").last == .program(.quit))
  }

  @Test("Few things away from production need a key only, and production is always in view") func production() {
    var state = Sample.state()
    state.type("jD")
    #expect(!state.render().grid.text.contains("Type "))
    #expect(!state.render().grid.text.contains("PRODUCTION"))
    #expect(Sample.state(isReadOnly: true, isProduction: true).render().grid.text.contains("PRODUCTION  READ-ONLY"))
  }

  @Test("Platforms are read at the destinations, and at the source only when that is asked") func platforms() {
    var state = Sample.state(rows: 60)
    let copies = ["\(Sample.account)/mirror/nginx:1.27", "ghcr.io/example/nginx:1.27"]
    state.type("j<Enter>")
    #expect(state.render().grid.text.contains("press p to load (P compares with the source"))
    #expect(state.type("p") == [.act(.inspect(copies, withSize: false))])
    #expect(state.type("p") == [])
    #expect(state.render().grid.text.contains("reading \(copies[1])"))
    #expect(state.type("P") == [.act(.inspect([ReduceTests.nginx], withSize: false))])
    for (reference, look) in Sample.looks { _ = state.reduce(.inspected(reference, look)) }
    let text = state.render().grid.text
    for words in ["= same", "differs", "only here", "only at the source", "ghcr.io says: denied"] {
      #expect(text.contains(words), "\(words)")
    }
    #expect(state.type("p") == [.act(.inspect(copies, withSize: false))])
  }

  @Test("What was not selected is no difference, and a mirror, its jobs and its history say which platforms are")
  func selectedPlatforms() throws {
    let selection = try #require(try PlatformSelection(["linux/amd64"], isSparse: true))
    let rows = Sample.mirrors.map { row -> MirrorRow in
      guard var status = row.status, status.entry.source == ReduceTests.nginx else { return row }
      status.entry.select(selection)
      return MirrorRow(status)
    }
    var state = Sample.state(rows: 60, load: Load(at: Sample.now, mirrors: rows, jobs: Sample.jobs, lastSweep: nil))
    state.type("j<Enter>")
    #expect(state.render().grid.text.contains("linux/amd64, sparse"))
    let source = ImageContents(
      digest: Sample.digest("source"),
      parts: [
        .init(name: "linux/amd64", digest: Sample.digest("amd64")),
        .init(name: "linux/arm64/v8", digest: Sample.digest("a")),
        .init(name: "attestation", digest: Sample.digest("proof")),
      ], size: nil)
    let copy = ImageContents(
      digest: Sample.digest("copy"), parts: [.init(name: "linux/amd64", digest: Sample.digest("amd64"))], size: nil)
    _ = state.reduce(.inspected(ReduceTests.nginx, .read(source)))
    _ = state.reduce(.inspected("\(Sample.account)/mirror/nginx:1.27", .read(copy)))
    let text = state.render().grid.text
    #expect(text.contains("= same") && !text.contains("only at the source"), "\(text)")
    #expect(text.ranges(of: "not selected").count == 2)
  }

  @Test(
    "Platforms are compared by name, whatever their order, and equal ones meet first",
    arguments: [
      (["a1", "b1"], ["b1", "a1"], ["a = a", "b = b"]), (["a1", "a2"], ["a2"], ["a ! -", "a = a"]),
      (["a1"], ["b1"], ["a ! -", "- ! b"]), ([], ["a1"], ["- ! a"]), (["a1"], ["a2"], ["a ! a"]),
    ])
  func comparison(source: [String], destination: [String], expected: [String]) {
    func contents(_ parts: [String]) -> ImageContents {
      ImageContents(
        digest: Sample.digest("x"), parts: parts.map { .init(name: String($0.prefix(1)), digest: Sample.digest($0)) },
        size: nil)
    }
    let parts = PlatformComparison.make(source: contents(source), destination: contents(destination))
    // A copy that two of the source share goes to the one with its digest.
    if source == ["a1", "a2"] { return #expect(parts.count == 2) }
    let texts = parts.map { part in
      let (one, other) = (part.source == nil ? "-" : part.name, part.destination == nil ? "-" : part.name)
      return "\(one) \(part.source == part.destination ? "=" : "!") \(other)"
    }
    #expect(texts == expected)
  }

  @Test("The form looks at the source when asked, and says what is there") func look() {
    var state = Sample.state()
    state.type("aquay.io/x/y:1")
    #expect(state.type("<^O>") == [.act(.inspect(["quay.io/x/y:1"], withSize: true))])
    #expect(state.render().grid.text.contains("checking the registry"))
    let contents = ImageContents(
      digest: Sample.digest("x"),
      parts: [
        .init(name: "linux/amd64", digest: Sample.digest("a")), .init(name: "attestation", digest: Sample.digest("b")),
      ], size: 28_311_552)
    _ = state.reduce(.inspected("quay.io/x/y:1", .read(contents)))
    #expect(state.render().grid.text.contains("found: 27 MiB, 1 platform: linux/amd64"))
    _ = state.reduce(.inspected("quay.io/x/y:1", .failed("quay.io has no such tag")))
    #expect(state.render().grid.text.contains("no such tag"))
    state.type("2")
    #expect(!state.render().grid.text.contains("no such tag"))
  }
}
