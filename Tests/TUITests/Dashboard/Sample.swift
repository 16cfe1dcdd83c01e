import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support
import Terminal

@testable import TUI

/// A small installation with a mirror in every state, at a fixed time.
enum Sample {
  static let now = Date(timeIntervalSince1970: 1_795_464_000)

  static func ago(_ seconds: Double) -> Date { now.addingTimeInterval(-seconds) }

  static func digest(_ text: String) -> Digest { .sha256(of: Array(text.utf8)) }

  static func mirror(
    _ source: String, to destinations: [String], _ state: DestinationState, since: Double? = 3600, error: String? = nil,
    job: String? = nil, progress: JobProgress? = nil, enabled: Bool = true, expires: Date? = nil
  ) -> MirrorStatus {
    let isThere = state != .missing && state != .unknown && state != .sourceMissing && state != .unreachable
    let sourceDigest = state == .unknown || state == .sourceMissing || state == .unreachable ? nil : digest(source)
    let statuses = destinations.map { destination in
      DestinationStatus(
        reference: destination, source: source, sourceDigest: sourceDigest,
        digest: !isThere ? nil : state == .inSync ? sourceDigest : digest(destination), state: state,
        since: since.map(ago), checkedAt: state == .unknown ? nil : ago(125), error: error, job: job,
        progress: progress)
    }
    return MirrorStatus(
      entry: MirrorEntry(source: source, destinations: destinations, expires: expires, enabled: enabled),
      destinations: statuses)
  }

  /// It cannot be read, and is tried again after so many seconds.
  static func failure(_ reason: String, in seconds: Double) -> Event {
    .loadFailed(Failure(MirrorError(.backend, reason)), at: now, retry: now.addingTimeInterval(seconds))
  }

  static let account = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"

  static let progress = JobProgress(
    phase: .copying, destination: "\(account)/mirror/postgres:17", destinations: .init(done: 0, total: 1),
    images: .init(done: 1, total: 8), blobs: .init(done: 12, total: 40),
    bytes: .init(done: 44_040_192, total: 104_857_600))

  static let mirrors: [MirrorRow] =
    [
      mirror("docker.io/library/alpine:3.20", to: ["\(account)/mirror/alpine:3.20"], .inSync, since: 86400 * 3),
      mirror(
        "docker.io/library/nginx:1.27",
        to: ["\(account)/mirror/nginx:1.27", "ghcr.io/example/nginx:1.27"], .drifted),
      mirror(
        "docker.io/library/postgres:17", to: ["\(account)/mirror/postgres:17"], .copying, since: 90, job: "job-2",
        progress: progress),
      mirror("docker.io/library/redis:7", to: ["\(account)/mirror/redis:7"], .queued, since: 30, job: "job-3"),
      mirror(
        "ghcr.io/example/app:2.0", to: ["\(account)/team/app:2.0"], .failed, since: 600,
        error: "the registry answered 500 three times", job: "job-1"),
      mirror("ghcr.io/example/tool:1", to: ["\(account)/team/tool:1"], .missing, since: 7200),
      mirror("ghcr.io/example/gone:1", to: ["\(account)/team/gone:1"], .sourceMissing, since: 7200),
      mirror("ghcr.io/example/fixed:1", to: ["\(account)/team/fixed:1"], .blocked, since: 7200),
      mirror(
        "registry.example.com/x/dead:1", to: ["\(account)/x/dead:1"], .unreachable, since: 300,
        error: "registry.example.com: no answer within 10s"),
      mirror("quay.io/example/new:1", to: ["\(account)/quay/new:1"], .unknown, since: nil),
      mirror("quay.io/example/off:1", to: ["\(account)/quay/off:1"], .disabled, enabled: false),
      mirror("quay.io/example/old:1", to: ["\(account)/quay/old:1"], .expired, expires: ago(100)),
    ].map { MirrorRow($0) } + [MirrorRow(UnreadableRow(source: "zzz bad row", reason: "Destination is a number"))]

  static let jobs: [JobRow] = [
    Job(
      id: "job-3", name: "adhoc-00000003",
      request: JobRequest(
        origin: .adhoc, mirror: "docker.io/library/redis:7", source: "docker.io/library/redis:7",
        destinations: ["\(account)/mirror/redis:7"]), state: .runnable, created: ago(30)),
    Job(
      id: "job-2", name: "run-00000002",
      request: JobRequest(
        origin: .run, mirror: "docker.io/library/postgres:17", source: "docker.io/library/postgres:17",
        destinations: ["\(account)/mirror/postgres:17"], run: "20261123T200000Z-4f2a"), state: .running,
      created: ago(100), started: ago(90), attempts: [JobAttempt(number: 1, started: ago(90))], progress: progress),
    Job(
      id: "job-1", name: "run-00000001",
      request: JobRequest(
        origin: .run, mirror: "ghcr.io/example/app:2.0", source: "ghcr.io/example/app:2.0",
        destinations: ["\(account)/team/app:2.0"], run: "20261123T194500Z-11aa"), state: .failed,
      reason: "the registry answered 500 three times", created: ago(700), started: ago(690), stopped: ago(600),
      attempts: [
        JobAttempt(number: 1, started: ago(690), stopped: ago(660), exitCode: 1, reason: "the registry answered 500"),
        JobAttempt(number: 2, started: ago(640), stopped: ago(600), exitCode: 1, reason: "the registry answered 500"),
      ]),
  ].map { JobRow($0) }

  static let history: [HistoryRow] = [
    HistoryItem.job(
      JobRecord(
        JobOrder(
          id: "job-1", attempt: 2,
          request: JobRequest(
            origin: .run, mirror: "ghcr.io/example/app:2.0", source: "ghcr.io/example/app:2.0",
            destinations: ["\(account)/team/app:2.0"], run: "20261123T194500Z-11aa")), started: ago(690),
        finished: ago(600), succeeded: false, sourceDigest: digest("app"),
        destinations: [
          DestinationRecord(
            reference: "\(account)/team/app:2.0", outcome: .failed, before: digest("old"),
            error: "the registry answered 500 three times")
        ], error: "the registry answered 500 three times")),
    .run(
      RunRecord(
        id: "20261123T194500Z-11aa", kind: .run, started: ago(705), finished: ago(700), mirrors: 12,
        found: ["in-sync": 9, "drifted": 3], submitted: 3)),
    .run(
      RunRecord(
        id: "20261123T193000Z-00b7", kind: .run, started: ago(1605), finished: ago(1600), mirrors: 12,
        found: ["in-sync": 12], submitted: 0)),
    .run(
      RunRecord(
        id: "20261123T191500Z-0c41", kind: .check, started: ago(2505), finished: ago(2500), mirrors: 0, found: [:],
        submitted: 0, error: "the store was locked by another process")),
    .job(
      JobRecord(
        JobOrder(
          id: "job-0", attempt: 1,
          request: JobRequest(
            origin: .adhoc, mirror: "docker.io/library/alpine:3.20", source: "docker.io/library/alpine:3.20",
            destinations: ["\(account)/mirror/alpine:3.20"])), started: ago(86400 * 3 + 2), finished: ago(86400 * 3),
        succeeded: true, sourceDigest: digest("docker.io/library/alpine:3.20"),
        destinations: [
          DestinationRecord(
            reference: "\(account)/mirror/alpine:3.20", outcome: .copied,
            after: digest("docker.io/library/alpine:3.20"))
        ])),
  ].map { HistoryRow($0) }

  static let registries: [RegistryStatus] = {
    var hub = RegistryStatus(registry: "docker.io")
    (hub.requests, hub.limit, hub.remaining) = (48, RateLimit("100;w=21600"), RateLimit("12;w=21600"))
    (hub.resetsAt, hub.source) = (now.addingTimeInterval(7200), "192.0.2.7")
    var other = RegistryStatus(registry: "ghcr.io")
    (other.requests, other.throttled, other.blockedUntil) = (7, 2, now.addingTimeInterval(90))
    other.lastError = "it is throttles requests"
    return [hub, other]
  }()

  static let automation = AutomationStatus(
    timer: RunTimer(schedule: "rate(15 minutes)", isPaused: true),
    faults: [
      Fault(
        .queue, "prod-mirror", reason: "the job queue is disabled: it accepts no jobs",
        advice: "enable it: aws batch update-job-queue --job-queue prod-mirror --state ENABLED"),
      Fault(
        .timer, "prod-Timer-1AB", reason: "the timer is paused: no run starts automatically",
        advice: "ecrmirror timer resume, or T in the dashboard", since: ago(4000)),
    ])

  static let looks: [String: ImageLook] = [
    "docker.io/library/nginx:1.27": .read(
      ImageContents(
        digest: digest("source"),
        parts: [
          .init(name: "linux/amd64", digest: digest("amd64")), .init(name: "linux/arm64/v8", digest: digest("arm64")),
          .init(name: "attestation", digest: digest("proof")),
        ], size: nil)),
    "\(account)/mirror/nginx:1.27": .read(
      ImageContents(
        digest: digest("copy"),
        parts: [
          .init(name: "linux/amd64", digest: digest("amd64")),
          .init(name: "linux/arm64/v8", digest: digest("old arm64")),
          .init(name: "linux/s390x", digest: digest("s390x")),
        ], size: nil)),
    "ghcr.io/example/nginx:1.27": .failed("ghcr.io says: denied"),
  ]

  static let signIns: [String: SignIn] = [
    "docker.io": .user("ann"), "ghcr.io": .anonymous, account: .token,
    "quay.io": .failed("the helper docker-credential-pass ended with 1"),
  ]

  static let name = "/home/ann/.local/share/ecrmirror"

  /// Of a view: in a detail, something of the sample.
  static func place(_ view: View) -> Place {
    let ids: [View: String] = [
      .mirror: "docker.io/library/nginx:1.27", .job: "job-2", .record: "job job-1", .registry: "docker.io",
      .fault: "timer the-timer",
    ]
    return Place(view, ids[view] ?? "")
  }

  static var load: Load { Load(at: now, mirrors: mirrors, jobs: jobs, lastSweep: ago(125)) }

  /// A dashboard that shows the sample, by source where it is not to be as it starts.
  static func state(
    rows: Int = 24, columns: Int = 80, isReadOnly: Bool = false, isASCII: Bool = false, isProduction: Bool = false,
    load: Load? = load, isOpen: Bool = true, isAsStarted: Bool = false, keys: KeyTable = .standard
  ) -> State {
    var state = State(
      context: State.Context(
        installed: State.Installed(name: name, isProduction: isProduction),
        isReadOnly: isReadOnly, isASCII: isASCII, others: ["lab", "prod", "local"]),
      keys: keys, size: Size(rows: rows, columns: columns), now: now)
    if isOpen {
      _ = state.openings.ask()
      state.openings.show()
    }
    if !isAsStarted { _ = state.mirrors.sort(by: "source", isDescending: false) }
    if let load { _ = state.reduce(.loaded(load)) }
    return state
  }

  /// An installation was opened, of which no session is begun.
  static func opened(_ number: Int, _ installed: State.Installed, _ memory: Remembered?) -> Event {
    .opened(
      Opened(number: number, installed: installed, memory: memory) { _, _ in
        preconditionFailure("reduce begins no session")
      })
  }
}

extension State {
  /// Presses keys: each character is one, but for names such as `<Enter>`.
  @discardableResult
  mutating func type(_ keys: String) -> [Effect] {
    let names: [String: Key] = [
      "Enter": .enter, "Esc": .escape, "Tab": .tab, "BackTab": .backtab, "Up": .up, "Down": .down, "Left": .left,
      "Right": .right, "Backspace": .backspace, "Del": .delete, "Home": .home, "End": .end, "PgDn": .pageDown,
      "^C": .control("C"), "^D": .control("D"), "^O": .control("O"), "^P": .control("P"), "^N": .control("N"),
      "^Z": .control("Z"), "^L": .control("L"),
      "^U": .control("U"),
    ]
    var effects: [Effect] = []
    var rest = keys[...]
    while let character = rest.popFirst() {
      if character == "<", let end = rest.firstIndex(of: ">"), let key = names[String(rest[..<end])] {
        rest = rest[rest.index(after: end)...]
        effects += reduce(.key(key))
      } else {
        effects += reduce(.key(.character(character)))
      }
      if awaitsShowing { _ = reduce(.shown(.now)) }
    }
    return effects
  }

  /// What the message line says.
  var said: String { messages.last?.text ?? "" }
}
