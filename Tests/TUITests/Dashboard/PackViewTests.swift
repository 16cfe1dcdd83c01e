import FoundationEssentials
import MirrorCore
import Terminal
import Testing

@testable import TUI

/// What is seen of a job that has several images.
@Suite struct PackViewTests {
  static let entries = (1...5).map {
    MirrorEntry(source: "docker.io/library/app:\($0)", destinations: ["x.io/mirror/app"])
  }

  static func pack(_ state: JobState = .running, through: Set<Int> = [], underWay: Set<Int> = []) -> Job {
    let images = (1...5).map { number in
      JobImage(
        mirror: "docker.io/library/app:\(number)", source: "docker.io/library/app:\(number)",
        destinations: ["x.io/mirror/app:\(number)"])
    }
    return Job(
      id: "job-7", name: "run-pack-7", request: JobRequest(images[0], and: Array(images.dropFirst()), origin: .run),
      state: state, created: Sample.ago(60), started: Sample.ago(30),
      progress: JobProgress(
        phase: .copying, destination: "x.io/mirror/app:3",
        destinations: .init(done: Int64(through.count), total: 5), bytes: .init(done: 3 << 20),
        pack: PackProgress(through: through, underWay: underWay)))
  }

  static func load(_ job: Job) -> Load {
    let joined = Snapshot.join(entries: entries, jobs: [job], lastSweep: nil, now: Sample.now)
    return Load(
      at: Sample.now, mirrors: joined.mirrors.map { MirrorRow($0) }, jobs: [JobRow(job, read: Sample.now)],
      lastSweep: nil)
  }

  @Test("A job of several images is one row, and its view tells how each stands", arguments: [80, 200])
  func jobs(columns: Int) {
    var state = Sample.state(
      rows: 40, columns: columns, load: Self.load(Self.pack(through: [0, 1], underWay: [2, 3])))
    state.paneWish = .none
    state.type("2")
    #expect(state.render().grid.text.contains("app:1 +4"))
    state.type("<Enter>")
    let text = state.render().grid.text
    for words in [
      "5 images: 2 done, 2 copying, 1 waiting", "copying    docker.io/library/app:3",
      "waiting    docker.io/library/app:5",
      "done       docker.io/library/app:1", "2 images done, 2 under way, 3 MiB copied",
    ] {
      #expect(text.contains(words), "\(words)")
    }
    #expect(state.type("Ky") == [.act(.cancel(jobs: ["job-7"]))])
  }

  @Test("A row's key takes its image out of the job, and leaves the others in it")
  func withdraw() {
    var state = Sample.state(load: Self.load(Self.pack(through: [0, 1], underWay: [2])))
    state.type("/app:5<Enter>K")
    #expect(state.render().grid.text.contains("Take 1 image out of its job?"))
    #expect(
      state.type("y") == [.act(.withdraw([JobPart(job: "job-7", source: "docker.io/library/app:5")]))])
  }

  @Test("The log that a mirror opens has the lines of its image; Esc shows those of the whole job")
  func log() throws {
    var state = Sample.state(rows: 20, columns: 100, load: Self.load(Self.pack(underWay: [3, 4])))
    state.type("/app:5<Enter>l")
    let source = try #require(state.log?.source)
    #expect(source.job == "job-7" && source.images == ["docker.io/library/app:5"])
    let lines = [
      "info 5 images, 8 at once", "info copied a layer image=docker.io/library/app:5 size=12",
      "info copied a layer image=docker.io/library/app:50",
      "warning it says image=docker.io/library/app:5 of itself image=docker.io/library/app:4",
      "info done image=docker.io/library/app:5",
    ]
    let page = LogPage(lines: lines.map { LogLine(time: nil, text: $0) }, cursor: "1", attempt: 1)
    _ = state.reduce(.log(page, of: source))
    let some = state.render().grid.text
    #expect(some.contains("2 lines with docker.io/library/app:5"))
    #expect(some.contains("info copied a layer image=docker.io/library/app:5 size=12") && some.contains("info done"))
    #expect(!some.contains("app:50") && !some.contains("at once") && !some.contains("of itself"))
    state.type("<Esc>")
    let all = state.render().grid.text
    #expect(all.contains("app:50") && all.contains("8 at once") && all.contains("of itself"))
    // Opened from the list of jobs, it is the whole job's.
    state.type("2l")
    #expect(state.log?.source.images == [])
  }

  @Test("Rows follow how their images stand, and those that stand as before are not joined anew")
  func rows() throws {
    var stored = StoredRows()
    stored.apply(entries: Self.entries, unreadable: [])
    stored.apply(jobs: [Self.pack(.runnable)])
    let first = try #require(stored.load(at: Sample.now).mirrors.all)
    #expect(first.map(\.state) == [.queued, .queued, .queued, .queued, .queued])
    stored.apply(jobs: [Self.pack(through: [0], underWay: [1, 2])])
    let second = try #require(stored.load(at: Sample.now).mirrors.all)
    #expect(second.map(\.state) == [.unknown, .copying, .copying, .queued, .queued])
    stored.apply(jobs: [Self.pack(through: [0, 1], underWay: [2])])
    let changes = try #require(stored.load(at: Sample.now).mirrors.changed)
    #expect(changes.keys.sorted() == [1])
    #expect(stored.mirrorsAtWork([Self.pack(through: [0, 1, 2])]).map(\.source) == [Self.entries[2].source])
  }
}
