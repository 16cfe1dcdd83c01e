import FoundationEssentials
import OCIRegistry
import Support
import Testing

@testable import MirrorCore

struct SweepRowsTests {
  static func row(_ source: String, _ destination: String) throws -> SweepRows.Row {
    let entry = MirrorEntry(source: source, destinations: [destination])
    return SweepRows.Row(entry: entry, images: .success(try entry.images()))
  }

  @Test("A row is handed on once, in its order, when everything it names was seen; one that names nothing at once")
  func ready() throws {
    let broken = MirrorEntry(source: "?", destinations: [])
    var rows = SweepRows()
    let targets = rows.add([
      try Self.row("slow.example/a:1", "r.example/a"), try Self.row("q.example/b:1", "r.example/b"),
      SweepRows.Row(entry: broken, images: .failure(MirrorError(.invalid, "no"))),
      try Self.row("q.example/c:1", "r.example/b:1"),
    ])
    #expect(targets.count == 5 && Set(targets).count == 5, "each distinct reference once")
    func take() -> [String] {
      let ready = rows.takeReady()
      rows.release(ready)
      return ready.map(\.row.entry.source)
    }
    let slow = LookTarget(try ImageReference("slow.example/a:1"))
    #expect(take() == ["?"])
    for target in targets.reversed() where target != slow { #expect(rows.note(target, .missing).isEmpty) }
    #expect(take() == ["q.example/b:1", "q.example/c:1"])
    #expect(take() == [])
    #expect(rows.held == 2)
    #expect(rows.note(slow, .failed("no answer")).isEmpty)
    let last = rows.takeReady()
    #expect(last.map(\.row.entry.source) == ["slow.example/a:1"])
    #expect(last.first?.looks[slow] == .failed("no answer"))
    #expect(last.first?.looks.count == 2)
    rows.release(last)
    #expect(rows.held == 0)
  }

  @Test func whatWasSeenOfLateIsNotLookedAtAgainAndNotKeptForEver() throws {
    var rows = SweepRows()
    let targets = rows.add([try Self.row("s.example/a:1", "d.example/a")])
    for target in targets { _ = rows.note(target, .missing) }
    #expect(rows.add([try Self.row("d.example/a:1", "e.example/a")]).map(\.reference.description) == ["e.example/a:1"])

    var recent = RecentLooks()
    let many = try (0...RecentLooks.most).map { LookTarget(try ImageReference("s.example/a:t\($0)")) }
    for target in many { recent[target] = .missing }
    #expect(recent[many[0]] == nil)
    #expect(recent[many[1]] == .missing && recent[many[RecentLooks.most]] == .missing)
    recent[many[1]] = .failed("again")
    #expect(recent[many[1]] == .failed("again") && recent[many[2]] == .missing)
  }

  @Test("A source that is named by digest is asked nothing where the destination has what was made of it")
  func pinnedAndSelected() throws {
    let (digest, made) = (Digest.sha256(of: [1]), Digest.sha256(of: [2]))
    let selection = try #require(try PlatformSelection(["linux/amd64"]))
    var entry = MirrorEntry(source: "s.example/a@\(digest)", destinations: ["d.example/a:1"])
    entry.select(selection)
    var observed = Observed(state: .inSync, since: .distantPast, checked: .distantPast)
    observed.converted = Conversion(from: selection.origin(of: digest), to: made)
    entry.observed = ["d.example/a:1": observed]
    for (there, asks) in [(made, 0), (digest, 1)] {
      var rows = SweepRows()
      let target = try #require(rows.add([SweepRows.Row(entry: entry, images: .success(try entry.images()))]).first)
      let look = Look.found(ManifestDescriptor(digest: there, mediaType: "", size: nil))
      #expect(rows.note(target, look).count == asks)
    }
  }

  @Test(
    "A source that is named by digest is asked nothing where every destination has that digest, or none can be seen")
  func pinned() throws {
    let digest = Digest.sha256(of: [1])
    let source = try ImageReference("s.example/a@\(digest)")
    let destinations = try ["d.example/a:1", "e.example/a:1"].map { try ImageReference($0) }
    let entry = MirrorEntry(source: source.description, destinations: destinations.map(\.description))
    func descriptor(_ digest: Digest) -> Look { .found(ManifestDescriptor(digest: digest, mediaType: "", size: nil)) }
    let cases: [(looks: [Look], asksSource: Bool)] = [
      ([descriptor(digest), descriptor(digest)], false), ([descriptor(digest), .failed("no answer")], false),
      ([descriptor(digest), .missing], true), ([descriptor(.sha256(of: [2])), descriptor(digest)], true),
    ]
    for (looks, asksSource) in cases {
      var rows = SweepRows()
      let targets = rows.add([SweepRows.Row(entry: entry, images: .success(try entry.images()))])
      #expect(targets.map(\.reference) == destinations)
      var more: [LookTarget] = []
      for (target, look) in zip(targets, looks) { more += rows.note(target, look) }
      #expect(more.map(\.reference) == (asksSource ? [source] : []))
      for target in more { #expect(rows.readyCount == 0 && rows.note(target, .missing).isEmpty) }
      let seen = try #require(rows.takeReady().first)
      #expect(seen.looks[LookTarget(source)] == (asksSource ? .missing : descriptor(digest)))
    }
  }

  @Test("A tag that never changes is asked nothing where every destination has what was copied, or the same")
  func immutable() throws {
    let (one, other) = (Digest.sha256(of: [1]), Digest.sha256(of: [2]))
    let destinations = ["d.example/a:1", "e.example/a:1"]
    func observed(_ source: Digest?, converted to: Digest? = nil) -> Observed {
      Observed(
        state: .inSync, sourceDigest: source, digest: to ?? source, since: .now, checked: .now,
        converted: source.flatMap { from in to.map { Conversion(from: from, to: $0) } })
    }
    func found(_ digest: Digest) -> Look { .found(ManifestDescriptor(digest: digest, mediaType: "", size: nil)) }
    let cases: [(observed: [Observed?], looks: [Look], settled: Digest?)] = [
      // Never looked at: what both have is what was there.
      ([nil, nil], [found(one), found(one)], one), ([nil, nil], [found(one), found(other)], nil),
      ([observed(one), nil], [found(one), found(one)], one), ([observed(one), nil], [found(one), .missing], nil),
      // Somebody else wrote the tag at the destination.
      ([observed(one), observed(one)], [found(other), found(other)], nil),
      ([observed(one), observed(one)], [found(one), .failed("no answer")], one),
      ([nil, nil], [.failed("no answer"), .failed("no answer")], nil),
      ([observed(one, converted: other), observed(one)], [found(other), found(one)], one),
    ]
    for (seen, looks, settled) in cases {
      var entry = MirrorEntry(source: "s.example/a:1", destinations: destinations)
      entry.options["immutable"] = .array([.string("*")])
      for (destination, observed) in zip(destinations, seen) { entry.observed[destination] = observed }
      var rows = SweepRows()
      let targets = rows.add([SweepRows.Row(entry: entry, images: .success(try entry.images()))])
      #expect(targets.map(\.reference.description) == destinations)
      var more: [LookTarget] = []
      for (target, look) in zip(targets, looks) { more += rows.note(target, look) }
      #expect(more.map(\.reference.description) == (settled == nil ? ["s.example/a:1"] : []))
      for target in more { _ = rows.note(target, .missing) }
      let row = try #require(rows.takeReady().first)
      #expect(row.looks[LookTarget(try ImageReference("s.example/a:1"))] == settled.map(found) ?? .missing)
    }
  }
}
