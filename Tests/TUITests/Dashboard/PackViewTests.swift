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

  static func pack(
    _ state: JobState = .running, through: Set<Int> = [], underWay: Set<Int> = [], failed: Set<Int> = []
  ) -> Job {
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
        pack: PackProgress(through: through, underWay: underWay, failed: failed)))
  }

  static func load(_ jobs: Job..., entries: [MirrorEntry] = entries) -> Load {
    let joined = Snapshot.join(entries: entries, jobs: jobs, lastSweep: nil, now: Sample.now)
    return Load(
      at: Sample.now, mirrors: joined.mirrors.map { MirrorRow($0) }, jobs: jobs.map { JobRow($0, read: Sample.now) },
      lastSweep: nil)
  }

  /// Mirrors whose last job is the pack.
  static func known(_ state: DestinationState) -> [MirrorEntry] {
    entries.enumerated().map { place, entry in
      var entry = entry
      entry.observed["x.io/mirror/app:\(place + 1)"] = Observed(
        state: state, since: Sample.now, checked: Sample.now, job: "job-7")
      return entry
    }
  }

  /// A job of one image more, which no pack has.
  static let alone = Job(
    id: "job-8", name: "adhoc-8",
    request: JobRequest(
      origin: .adhoc, mirror: "docker.io/library/db:1", source: "docker.io/library/db:1",
      destinations: ["x.io/mirror/db:1"]), state: .running, created: Sample.ago(50))
  static let both =
    entries + [MirrorEntry(source: "docker.io/library/db:1", destinations: ["x.io/mirror/db"])]

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
    state.type("K")
    let question = state.render().grid.text
    #expect(question.contains("Cancel 1 job of 5 images?"))
    #expect(question.contains("Running copies are stopped, and queued images are not"))
    #expect(state.type("y") == [.act(.cancel(jobs: ["job-7"]))])
  }

  @Test("What failed in the try under way is told apart from what is done")
  func failures() {
    var state = Sample.state(
      rows: 40, columns: 120, load: Self.load(Self.pack(through: [0, 1], underWay: [3], failed: [1, 4])))
    state.paneWish = .none
    state.type("2<Enter>")
    let text = state.render().grid.text
    for words in [
      "5 images: 1 done, 2 failed, 1 copying, 1 waiting", "failed     docker.io/library/app:2",
      "failed     docker.io/library/app:5", "done       docker.io/library/app:1", "1 image done, 2 failed, 1 under way",
    ] {
      #expect(text.contains(words), "\(words)")
    }
  }

  @Test("A row whose image is being copied, or is through, has nothing taken out, and the job is left alone")
  func beyond() {
    let load = Self.load(Self.pack(through: [0], underWay: [2]), entries: Self.known(.inSync))
    var state = Sample.state(columns: 200, load: load)
    #expect(state.type("/app:3<Enter>K").isEmpty)
    #expect(state.render().grid.text.contains("it is being copied, and can no longer be taken out"))
    state = Sample.state(columns: 200, load: load)
    #expect(state.type("/app:1<Enter>K").isEmpty)
    #expect(state.render().grid.text.contains("there is no queued or running job here"))
  }

  @Test("Of marked rows the images leave their jobs, and only what has a job of its own is cancelled")
  func mixed() {
    let pack = Self.pack(through: [0], underWay: [1])
    var state = Sample.state(rows: 40, columns: 120, load: Self.load(pack, Self.alone, entries: Self.both))
    state.type("//(db|app:4)/<Enter> j K")
    let text = state.render().grid.text
    #expect(text.contains("Cancel 1 job, and take 1 image out of its job?"))
    #expect(text.contains("The job continues with"))
    let part = JobPart(job: "job-7", source: "docker.io/library/app:4")
    #expect(state.type("y") == [.act(.withdraw([part], cancelling: ["job-8"]))])
  }

  @Test("Records of one job's images are told apart")
  func records() throws {
    let pack = Self.pack(.succeeded)
    let rows = try pack.images.map { image in
      HistoryRow(
        .job(
          JobRecord(
            JobOrder(id: pack.id, attempt: 1, request: try #require(pack.request.having([image]))),
            started: Sample.ago(9), finished: Sample.now, succeeded: true, destinations: [])))
    }
    #expect(Set(rows.map(\.id)).count == 5)
  }

  @Test("A job that copies to several at once has a rate, whichever of them spoke last")
  func rate() throws {
    func look(_ seconds: Double, _ bytes: Int64, _ destination: String) -> JobProgress {
      JobProgress(phase: .copying, destination: destination, bytes: .init(done: bytes), pack: PackProgress())
    }
    let first = CopyPace(look(0, 0, "a"), at: Sample.now)
    let pace = first.looked(look(4, 400, "b"), at: Sample.now.addingTimeInterval(4))
    #expect(pace.rate(at: Sample.now.addingTimeInterval(4)) == 100)
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
