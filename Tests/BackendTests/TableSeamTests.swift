import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support
import Testing

/// What every mirror table does.
struct TableSeamTests {
  typealias Kind = Stores.Kind

  static let full = MirrorEntry(
    source: "r.example/a", destinations: ["d.example/a", "e.example/a"], expires: Date(timeIntervalSince1970: 2e9),
    enabled: false, tags: TagRule(include: ["1.*"], exclude: ["*-rc"], semver: ">1", suffix: "-k3s*", latest: 3),
    options: ["platforms": .array([.string("linux/amd64")])],
    other: [
      "Team": .string("x"), "N": .integer(7), "Deep": .object(["a": .array([.null, .bool(true), .number(1.5)])]),
    ])

  static func row(_ source: String) -> MirrorEntry { MirrorEntry(source: source, destinations: ["d.example/x:1"]) }

  static func observed(_ state: DestinationState) -> Observed {
    let time = Date(timeIntervalSince1970: 1_700_000_000.5)
    let digest = Digest.sha256(of: [1])
    return Observed(
      state: state, sourceDigest: digest, digest: digest, since: time, checked: time, error: "e", job: "j",
      converted: Conversion(from: digest, to: digest),
      retry: RetryPause(failures: 3, until: Date(timeIntervalSince1970: 1_800_000_000.25), definition: "d"))
  }

  static func seen(_ destinations: String...) -> ObservedChange {
    ObservedChange(set: Dictionary(uniqueKeysWithValues: destinations.map { ($0, observed(.drifted)) }))
  }

  // MARK: - Rows

  @Test("A row comes back as it was written, and one that is not there is nil", arguments: Kind.allCases)
  func roundTrip(kind: Kind) async throws {
    let stores = try await Stores.open(kind)
    defer { withExtendedLifetime(stores) {} }
    let table = stores.table
    try await table.write([.add(Self.full), .add(Self.row("r.example/b:1"))])
    #expect(try await table.entry("r.example/a") == Self.full)
    #expect(try await table.entry("r.example/b:1") == Self.row("r.example/b:1"))
    for key in ["r.example/c", "", String(repeating: "x", count: 5000), "'; DROP TABLE mirrors --"] {
      #expect(try await table.entry(key) == nil)
    }
  }

  static let edits: [@Sendable (MirrorEntry) -> MirrorEntry] = [
    { with($0) { $0.destinations = ["new.example/a"] } }, { with($0) { $0.destinations += ["f.example/a"] } },
    { with($0) { $0.expires = nil } }, { with($0) { $0.expires = Date(timeIntervalSince1970: 1e9) } },
    { with($0) { $0.enabled = true } }, { with($0) { $0.tags = nil } },
    { with($0) { $0.tags = TagRule(latest: 1) } }, { with($0) { $0.options = [:] } },
    { with($0) { $0.options["referrers"] = .bool(true) } }, { with($0) { $0.other = [:] } },
    { with($0) { $0.other["Team"] = .object(["SS": .array([.string("b"), .string("a")])]) } }, { $0 },
  ]

  private static func with(_ entry: MirrorEntry, _ change: (inout MirrorEntry) -> Void) -> MirrorEntry {
    var entry = entry
    change(&entry)
    return entry
  }

  @Test("Whatever is edited is there afterwards, and nothing else changes", arguments: Kind.allCases)
  func edits(kind: Kind) async throws {
    let stores = try await Stores.open(kind)
    defer { withExtendedLifetime(stores) {} }
    let table = stores.table
    for (number, edit) in Self.edits.enumerated() {
      var old = Self.full
      old.source = "r.example/a\(number)"
      let new = edit(old)
      try await table.write([.add(old)])
      try await table.write([.replace(old, with: new)])
      var read = try #require(try await table.entry(old.source))
      // A set has no order.
      if case .object(let team) = read.other["Team"], case .array(let values) = team["SS"] {
        #expect(Set(values) == [.string("a"), .string("b")])
        read.other["Team"] = new.other["Team"]
      }
      #expect(read == new)
      try await table.write([.remove(try #require(try await table.entry(old.source)))])
      #expect(try await table.entry(old.source) == nil)
    }
  }

  @Test("An edit does not undo what was seen meanwhile, but forgets what it says", arguments: Kind.allCases)
  func editKeepsObserved(kind: Kind) async throws {
    let stores = try await Stores.open(kind)
    defer { withExtendedLifetime(stores) {} }
    let table = stores.table
    try await table.write([.add(Self.full)])
    try await table.record(["r.example/a": Self.seen("d.example/a:1", "e.example/a:1")])
    let read = try #require(try await table.entry("r.example/a"))
    try await table.record(["r.example/a": Self.seen("f.example/a:1")])
    var new = read
    new.enabled = true
    new.observed["e.example/a:1"] = nil
    try await table.write([.replace(read, with: new)])
    let now = try #require(try await table.entry("r.example/a"))
    #expect(now.enabled)
    #expect(now.observed.keys.sorted() == ["d.example/a:1", "f.example/a:1"])
  }

  @Test(
    "A row that is there already, changed or gone is not written, nor is anything with it", arguments: Kind.allCases)
  func conflicts(kind: Kind) async throws {
    let stores = try await Stores.open(kind)
    defer { withExtendedLifetime(stores) {} }
    let table = stores.table
    try await table.write([.add(Self.full)])
    var stale = Self.full
    stale.destinations = ["other.example/a"]
    let cases: [(RowChange, String)] = [
      (.add(Self.full), "there is already a mirror of r.example/a; change it with `ecrmirror edit`"),
      (.replace(stale, with: Self.full), "the mirror of r.example/a was changed by somebody else in the meantime"),
      (.remove(stale), "the mirror of r.example/a was changed by somebody else in the meantime"),
      (
        .remove(Self.row("r.example/no:1")),
        "the mirror of r.example/no:1 was removed in the meantime; nothing was written"
      ),
    ]
    for (change, sentence) in cases {
      let error = await #expect(throws: MirrorError.self) {
        try await table.write([.add(Self.row("r.example/with:1")), change])
      }
      #expect(error?.kind == .conflict)
      #expect(error?.description.hasPrefix(sentence) == true, "\(String(describing: error))")
    }
    #expect(try await table.entry("r.example/with:1") == nil)
    #expect(try await table.entry("r.example/a") == Self.full)
  }

  @Test("Of many who write the same row at once, one succeeds and the others learn of it", arguments: Kind.allCases)
  func race(kind: Kind) async throws {
    let stores = try await Stores.open(kind)
    try await stores.table.write([.add(Self.full)])
    let tables = try (0..<4).map { _ in try stores.other().table }
    let edited = try await concurrently(tables.enumerated(), width: 4) { number, table in
      var new = Self.full
      new.destinations = ["\(number).example/a"]
      return await wasWritten { try await table.write([.replace(Self.full, with: new)]) }
    }
    #expect(edited.count { $0 } == 1)
    let added = try await concurrently(tables, width: 4) { table in
      await wasWritten { try await table.write([.add(Self.row("r.example/b:1"))]) }
    }
    #expect(added.count { $0 } == 1)
  }

  // MARK: - What was seen

  @Test("What was seen comes back as it was recorded, and only for rows that are there", arguments: Kind.allCases)
  func record(kind: Kind) async throws {
    let stores = try await Stores.open(kind)
    defer { withExtendedLifetime(stores) {} }
    let table = stores.table
    try await table.write([.add(Self.full)])
    let change = ObservedChange(set: ["d.example/a:1": Self.observed(.inSync), "e.example/a:1": Self.observed(.failed)])
    #expect(try await table.record(["r.example/a": change, "gone.example/a": change]) == [:])
    #expect(try await table.entry("r.example/a")?.observed == change.set)
    #expect(try await table.entry("gone.example/a") == nil)
    try await table.record(["r.example/a": ObservedChange(remove: ["d.example/a:1", "never.example/a:1"])])
    #expect(try await table.entry("r.example/a")?.observed.keys.sorted() == ["e.example/a:1"])
    try await table.record(["r.example/a": ObservedChange(set: ["e.example/a:1": Self.observed(.inSync)])])
    #expect(try await table.entry("r.example/a")?.observed == ["e.example/a:1": Self.observed(.inSync)])
    #expect(try await table.entry("r.example/a")?.hasSameDefinition(as: Self.full) == true)
  }

  @Test("A row with a thousand destinations keeps what is seen of each", arguments: Kind.allCases)
  func manyDestinations(kind: Kind) async throws {
    let stores = try await Stores.open(kind)
    defer { withExtendedLifetime(stores) {} }
    let table = stores.table
    try await table.write([.add(Self.full)])
    let names = (0..<1000).map { "d.example/a:\($0)" }
    var observed = Self.observed(.inSync)
    (observed.error, observed.converted) = (nil, nil)
    let seen = Dictionary(uniqueKeysWithValues: names.map { ($0, observed) })
    #expect(try await table.record(["r.example/a": ObservedChange(set: seen)]) == [:])
    #expect(try await table.entry("r.example/a")?.observed == seen)
    // Seen anew and forgotten at the same time, in one look.
    let change = ObservedChange(set: ["new.example/a:1": observed], remove: Set(names.dropFirst()))
    #expect(try await table.record(["r.example/a": change]) == [:])
    #expect(try await table.entry("r.example/a")?.observed.keys.sorted() == ["d.example/a:0", "new.example/a:1"])
  }

  @Test("A row with as many destinations as a row may have keeps what is seen of each", arguments: Kind.large)
  func mostDestinations(kind: Kind) async throws {
    let stores = try await Stores.open(kind)
    defer { withExtendedLifetime(stores) {} }
    let table = stores.table
    try await table.write([.add(Self.full)])
    var observed = Self.observed(.failed)
    observed.converted = nil
    let names = (0..<MirrorEntry.mostTags).map { "registry.example.com/mirror/team/app:1.0.\($0)" }
    let seen = Dictionary(uniqueKeysWithValues: names.map { ($0, observed) })
    #expect(try await table.record(["r.example/a": ObservedChange(set: seen)]) == [:])
    #expect(try await table.page(after: nil).entries.first?.observed == seen)
    // As a job does.
    try await table.record(["r.example/a": ObservedChange(set: [names[7]: Self.observed(.inSync)])])
    let one = try await table.entry("r.example/a", seeing: [names[7]])
    #expect(one?.observed[names[7]] == Self.observed(.inSync))
    let change = ObservedChange(set: [names[0]: Self.observed(.inSync)], remove: Set(names.dropFirst()))
    #expect(try await table.record(["r.example/a": change]) == [:])
    #expect(try await table.entry("r.example/a")?.observed == [names[0]: Self.observed(.inSync)])
  }

  @Test("Rows recorded by many at once keep everything", arguments: Kind.allCases)
  func recordTogether(kind: Kind) async throws {
    let stores = try await Stores.open(kind)
    try await stores.table.write([.add(Self.full), .add(Self.row("r.example/b:1"))])
    let tables = try (0..<4).map { _ in try stores.other().table }
    _ = try await concurrently(tables.enumerated(), width: 4) { number, table in
      try await table.record([
        "r.example/a": Self.seen("\(number).example/a:1"), "r.example/b:1": Self.seen("\(number).example/b:1"),
      ])
    }
    #expect(try await stores.table.entry("r.example/a")?.observed.count == 4)
    #expect(try await stores.table.entry("r.example/b:1")?.observed.count == 4)
  }

  // MARK: - Pages

  @Test("Pages give every row once, however many there are", arguments: Kind.large, [0, 1, 250, 251, 10_000])
  func pages(kind: Kind, count: Int) async throws {
    let stores = try await Stores.open(kind)
    defer { withExtendedLifetime(stores) {} }
    let table = stores.table
    let sources = (0..<count).map { "r.example/\(String(1_000_000 + $0)):1" }
    try await table.write(sources.map { .add(Self.row($0)) })
    var whole: [String] = []
    try await table.forEachPage { whole += $0.entries.map(\.source) }
    #expect(whole.sorted() == sources)
    var paged: [String] = []
    var cursor: String?
    repeat {
      let page = try await table.page(after: cursor)
      paged += page.entries.map(\.source)
      cursor = page.next
    } while cursor != nil
    #expect(paged.sorted() == sources)
  }

  @Test("Expired rows are rows", arguments: Kind.allCases)
  func expired(kind: Kind) async throws {
    let stores = try await Stores.open(kind)
    defer { withExtendedLifetime(stores) {} }
    let table = stores.table
    var entry = Self.row("r.example/a:1")
    entry.expires = Date(timeIntervalSince1970: 1_000_000_000)
    try await table.write([.add(entry)])
    #expect(try await table.entry(entry.source)?.isExpired(at: .now) == true)
    #expect(try await table.page(after: nil).entries == [entry])
  }

  @Test("Reading stops where its reader throws", arguments: Kind.large)
  func stopped(kind: Kind) async throws {
    let stores = try await Stores.open(kind)
    defer { withExtendedLifetime(stores) {} }
    let table = stores.table
    try await table.write((0..<1500).map { .add(Self.row("r.example/\($0):1")) })
    var pages = 0
    await #expect(throws: CancellationError.self) {
      try await table.forEachPage { _ in
        pages += 1
        throw CancellationError()
      }
    }
    #expect(pages == 1)
  }

  // MARK: - Revisions

  @Test("The revision is another one after any change, and the same after none", arguments: Kind.allCases)
  func revision(kind: Kind) async throws {
    let stores = try await Stores.open(kind)
    let table = stores.table
    var last = try await table.revision()
    func changed() async throws -> Bool {
      let now = try await table.revision()
      defer { last = now }
      return now != last
    }
    #expect(last != nil)
    #expect(try await !changed())
    try await table.write([.add(Self.full)])
    #expect(try await changed())
    try await table.record(["r.example/a": Self.seen("d")])
    #expect(try await changed())
    try await table.record(["r.example/none": Self.seen("d")])
    #expect(try await !changed())
    let history = try await stores.history.revision()
    try await table.write([.remove(Self.full)])
    #expect(try await changed())
    #expect(try await stores.history.revision() == history)
    #expect(try await stores.other().table.revision() == last)
  }
}

/// Whether a write succeeded; false where it met another one.
private func wasWritten(_ body: () async throws -> Void) async -> Bool {
  do {
    try await body()
    return true
  } catch let error as MirrorError {
    #expect(error.kind == .conflict, "\(error)")
    return false
  } catch {
    Issue.record(error)
    return false
  }
}
