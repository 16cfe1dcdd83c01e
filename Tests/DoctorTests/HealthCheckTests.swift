import Foundation
import MirrorCore
import OCIRegistry
import Support
import Testing

@testable import Doctor

struct HealthCheckTests {
  @Test(
    "A folder must be there, writable, on a disk of this machine, with room",
    arguments: [
      (FolderFacts(folder: "/a", isFolder: true), HealthCheck.Status.ok, "/a: "),
      (FolderFacts(folder: "/a", isFolder: nil), .warning, "does not exist yet"),
      (FolderFacts(folder: "/a", isFolder: false), .failed, "not a folder"),
      (FolderFacts(folder: "/a", isFolder: true, isWritable: false), .warning, "not writable"),
      (FolderFacts(folder: "/a", isFolder: true, freeBytes: 1 << 20), .failed, "1 MiB free, too little"),
      (FolderFacts(folder: "/a", isFolder: true, freeBytes: 100 << 20), .warning, "100 MiB free"),
      (FolderFacts(folder: "/a", isFolder: true, shared: "nfs4"), .warning, "nfs4"),
    ])
  func folder(facts: FolderFacts, status: HealthCheck.Status, words: String) {
    #expect(facts.check.status == status)
    #expect(facts.check.seen.contains(words), "\(facts.check.seen)")
    #expect((facts.check.advice == nil) == (status == .ok))
  }

  @Test("The kind of a file system is found by its device, and told where machines share it")
  func mounts() {
    let mounts = """
      22 28 0:20 / /sys rw,nosuid - sysfs sysfs rw
      30 28 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
      31 30 0:45 /export /net rw,relatime - nfs4 server:/export rw
      32 30 0:46 / /there rw,relatime - fuse.sshfs somebody@there: rw
      """
    #expect(FolderFacts.sharedSystem(of: 0x801, in: mounts) == nil)
    #expect(FolderFacts.sharedSystem(of: 45, in: mounts) == "nfs4")
    #expect(FolderFacts.sharedSystem(of: 46, in: mounts) == "fuse.sshfs")
    #expect(FolderFacts.sharedSystem(of: 99, in: mounts) == nil)
  }

  @Test("A folder that is there is seen as it is")
  func realFolder() {
    let facts = FolderFacts(NSTemporaryDirectory())
    #expect(facts.isFolder == true && facts.isWritable && facts.freeBytes > 0)
    #expect(FolderFacts("/nowhere/at/all").isFolder == nil)
    #expect(FolderFacts("/dev/null").isFolder == false)
    #expect(FolderFacts("/dev/null/folder").isFolder == false)
  }

  @Test(
    "skopeo must be there, run, and be no older than what is tested",
    arguments: [
      (SkopeoFacts.version(path: "/usr/bin/skopeo", "skopeo version 1.9.3"), HealthCheck.Status.ok, "version 1.9.3"),
      (.version(path: "/usr/bin/skopeo", "skopeo version 1.22.0-dev commit: abc"), .ok, "1.22.0"),
      (.version(path: "/usr/bin/skopeo", "skopeo version 1.4.1"), .warning, "older"),
      (.version(path: "/bin/true", ""), .warning, "does not report"),
      (.unusable(path: "/usr/bin/skopeo", reason: "exit 2"), .failed, "exit 2"),
      (.missing(name: "skopeo"), .failed, "not installed"),
    ])
  func skopeo(facts: SkopeoFacts, status: HealthCheck.Status, words: String) {
    #expect(facts.check.status == status)
    #expect(facts.check.seen.contains(words), "\(facts.check.seen)")
  }

  private static let file = "/home/x/auth.json"

  @Test(
    "An auth file must be readable, for its owner alone where it holds secrets, and its helpers there",
    arguments: [
      (true, false, [String](), [String](), HealthCheck.Status.ok, file),
      (true, true, [], [], .warning, "others can read"),
      (false, true, ["docker-credential-x"], [], .ok, "docker-credential-x"),
      (false, false, ["docker-credential-x"], ["docker-credential-x"], .failed, "not in PATH"),
    ])
  func authFile(
    holdsSecrets: Bool, isOpen: Bool, helpers: [String], missing: [String], status: HealthCheck.Status, words: String
  ) {
    let facts = AuthFileFacts(
      path: Self.file, isOpen: isOpen,
      content: .success(AuthFileSummary(holdsSecrets: holdsSecrets, helpers: helpers)), missingHelpers: missing)
    #expect(facts.check.status == status)
    #expect(facts.check.seen.contains(words), "\(facts.check.seen)")
  }

  @Test(
    "The clock is compared with the middle of what others say",
    arguments: [
      ([TimeInterval](), HealthCheck.Status.ok, "no service"), ([1, -1, 0.5], .ok, "in sync"),
      ([90], .warning, "1m behind"),
      ([-3600, -3601, 0], .failed, "1h ahead of"), ([0, 0, 86_400], .ok, "in sync"),
    ])
  func clock(ahead: [TimeInterval], status: HealthCheck.Status, words: String) {
    let check = HealthCheck.clock(ahead: ahead)
    #expect(check.status == status)
    #expect(check.seen.contains(words), "\(check.seen)")
  }

  @Test("Rows that cannot be used are named, and registries are asked for a source where there is one")
  func mirrors() throws {
    var facts = MirrorFacts()
    let rows = [
      MirrorEntry(source: "a.example/x:1", destinations: ["b.example/x"]),
      MirrorEntry(source: "b.example/y:1", destinations: ["c.example/y"]),
      MirrorEntry(source: "d.example/z", destinations: ["c.example/z"], tags: TagRule(include: ["v*"])),
      MirrorEntry(source: "e.example/off:1", destinations: ["f.example/off"], enabled: false),
    ]
    facts.add(TablePage(entries: rows), at: .now)
    #expect(facts.check == HealthCheck("mirrors", .ok, "4 in all, 1 disabled or expired"))
    #expect(facts.needs.keys.sorted() == ["a.example", "b.example", "c.example", "d.example"])
    #expect(facts.needs["b.example"]?.reference.description == "b.example/y:1")
    #expect(facts.needs.filter(\.value.isDestination).keys.sorted() == ["b.example", "c.example"])

    let broken = (1...5).map { MirrorEntry(source: "UPPER/\($0)\u{1b}:1", destinations: ["b.example/x"]) }
    facts.add(
      TablePage(entries: broken, unreadable: [UnreadableRow(source: "q", reason: "its Tags are a number")]), at: .now)
    #expect(facts.check.status == .failed)
    #expect(facts.check.seen.contains("6 of 10 cannot be used: q: its Tags are a number; "))
    #expect(facts.check.seen.hasSuffix("; and 3 more"))
    #expect(!facts.check.seen.unicodeScalars.contains { $0.value < 0x20 })
  }

  @Test("A row whose rule picks more tags than a row may have is no healthy one, once a look found it")
  func beyondLimit() throws {
    var row = MirrorEntry(source: "a.example/x", destinations: ["b.example/x"], tags: TagRule())
    let error = #expect(throws: MirrorError.self) {
      try row.images(sourceTags: (0...MirrorEntry.mostTags).map { "1.\($0)" })
    }
    row.observed =
      Plan.make(
        for: row, images: .failure(try #require(error)), looks: [:], live: [], purpose: .check, now: .now
      ).observed
    var facts = MirrorFacts()
    facts.add(TablePage(entries: [row]), at: .now)
    #expect(facts.check.status == .failed)
    #expect(facts.check.seen.contains("its tag rule selects 20001 tags"), "\(facts.check.seen)")
  }

  @Test("Destinations that several rows copy to are named with the rows, and what to decide")
  func contested() {
    var facts = MirrorFacts()
    let rows = ["q.example/team/ssorder:1", "q.example/team/ssorder/ssorder:1"].map {
      MirrorEntry(source: $0, destinations: ["d.example/ssorder"])
    }
    // On pages of their own.
    facts.add(TablePage(entries: [rows[0]]), at: .now)
    #expect(facts.check.status == .ok)
    facts.add(TablePage(entries: [rows[1]]), at: .now)
    #expect(facts.check.status == .failed)
    #expect(facts.check.seen.contains("d.example/ssorder:1 of \(rows[1].source) and \(rows[0].source)"))
    #expect(facts.check.advice?.contains("disable") == true)
  }

  @Test(
    "What keeps the machinery from working has its place, and what may not be seen is a warning",
    arguments: [
      (Fault.Kind.queue, "jobs", "job queues", HealthCheck.Status.failed), (.compute, "fargate", "job queues", .failed),
      (.deadLetters, "pushes", "dead letters", .warning), (.timer, "rule", "timer", .warning),
      (.unseen, "the job queues", "job queues", .warning), (.unseen, "the timer", "timer", .warning),
      (.unseen, "the dead letters", "dead letters", .warning),
    ])
  func automation(kind: Fault.Kind, subject: String, name: String, status: HealthCheck.Status) throws {
    let timer = RunTimer(schedule: "rate(1 hour)")
    let well = HealthCheck.automation(AutomationStatus(timer: timer), isStack: true)
    #expect(well.map(\.name) == ["job queues", "timer", "dead letters"])
    #expect(well.allSatisfy { $0.status == .ok })
    let fault = Fault(kind, subject, reason: "it is so", advice: "do this")
    let checks = HealthCheck.automation(AutomationStatus(timer: timer, faults: [fault]), isStack: true)
    let bad = checks.filter { $0.status != .ok }
    #expect(bad.map(\.name) == [name])
    #expect(bad.first?.status == status && bad.first?.advice == "do this")
  }

  @Test("A look that hangs is given up")
  func hanging() async {
    let checks = await within(.milliseconds(20), orElse: [HealthCheck.late("folder", .seconds(20))]) {
      // As a call to the system would hang, deaf to any cancellation.
      await withUnsafeContinuation { (_: UnsafeContinuation<[HealthCheck], Never>) in }
    }
    #expect(checks.map(\.status) == [.failed])
    #expect(checks.first?.seen == "no answer within 20s")
  }
}
