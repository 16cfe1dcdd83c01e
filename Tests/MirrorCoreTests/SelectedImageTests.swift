import OCIRegistry
import Support
import Testing

@testable import MirrorCore

/// Which images of a source are mirrored, and the index of them.
@Suite struct SelectedImageTests {
  static func digest(_ name: String) -> Digest { .sha256(of: Array(name.utf8)) }

  /// `linux/arm/v7` as an index lists it, `of:linux/arm/v7` for what is noted about that.
  static func entry(_ name: String) -> String {
    let size = #""digest":"\#(digest(name))","size":1"#
    if name.hasPrefix("of:") {
      return
        #"{\#(size),"platform":{"os":"unknown","architecture":"unknown"},"annotations":{"vnd.docker.reference.digest":"\#(digest(String(name.dropFirst(3))))"}}"#
    }
    let parts = name.split(separator: "/", maxSplits: 2).map(String.init)
    guard parts.count > 1 else { return "{\(size)}" }
    let variant = parts.count > 2 ? #","variant":"\#(parts[2])""# : ""
    return #"{\#(size),"platform":{"os":"\#(parts[0])","architecture":"\#(parts[1])"\#(variant)}}"#
  }

  static func index(_ names: [String]) -> String {
    #"{"schemaVersion":2,"mediaType":"\#(MediaType.ociIndex)","manifests":[\#(names.map(entry).joined(separator: ","))]}"#
  }

  static func make(_ names: [String], _ platforms: [String], sparse: Bool = false) throws -> SelectedImage {
    let bytes = Array(index(names).utf8)
    let source = ManifestDescriptor(digest: .sha256(of: bytes), mediaType: MediaType.ociIndex, size: nil)
    guard case .index(let children) = try Manifest(json: bytes) else { throw MirrorError(.invalid, "no index") }
    let selection = try #require(try PlatformSelection(platforms, isSparse: sparse))
    return try SelectedImage.make(of: source, children, bytes, by: selection)
  }

  static let all = [
    "linux/amd64", "linux/arm/v6", "linux/arm/v7", "linux/arm64/v8", "of:linux/amd64", "of:linux/arm/v6",
  ]

  @Test("An index of the selected images has what is noted about them, in the source's order")
  func rebuilt() throws {
    let made = try Self.make(Self.all, ["linux/arm64", "linux/amd64"])
    let kept = ["linux/amd64", "linux/arm64/v8", "of:linux/amd64"]
    #expect(made.children == kept.map(Self.digest))
    #expect(made.index == Array(Self.index(kept).utf8))
    #expect(made.wanted.digest == .sha256(of: made.index ?? []) && made.wanted.mediaType == MediaType.ociIndex)
    #expect(made.note == nil)
  }

  @Test("An image that is not selected, new at the source, changes nothing of the index but what it was made from")
  func another() throws {
    let (one, other) = (
      try Self.make(Self.all, ["linux/amd64"]), try Self.make(["linux/s390x"] + Self.all, ["linux/amd64"])
    )
    #expect(one.wanted == other.wanted && one.index == other.index && one.origin != other.origin)
  }

  @Test("Sparse, the source's index stays")
  func sparse() throws {
    let made = try Self.make(Self.all, ["linux/amd64"], sparse: true)
    #expect(made.index == nil && made.children == [Self.digest("linux/amd64"), Self.digest("of:linux/amd64")])
    #expect(made.wanted.digest == .sha256(of: Array(Self.index(Self.all).utf8)))
    #expect(made.origin != (try Self.make(Self.all, ["linux/amd64"]).origin))
  }

  @Test("Where all is selected the source is copied as it is", arguments: [false, true])
  func whole(sparse: Bool) throws {
    let made = try Self.make(["linux/amd64", "of:linux/amd64"], ["linux/amd64"], sparse: sparse)
    #expect(made.children == nil && made.index == nil)
  }

  @Test("What the source lacks is said; where it has nothing of it nothing is copied")
  func lacking() throws {
    #expect(
      try Self.make(Self.all, ["linux/amd64", "linux/s390x", "windows/amd64:10.0.20348"]).note
        == "the source has no linux/s390x, windows/amd64:10.0.20348")
    let failure = #expect(throws: CopyFailure.self) { try Self.make(Self.all, ["linux/s390x"]) }
    #expect(failure?.verdict == .badInput)
    #expect(
      failure?.reason.hasPrefix(
        "the source has none of the mirror's platforms (linux/s390x): it has linux/amd64, linux/arm/v6, linux/arm/v7, linux/arm64;"
      ) == true, "\(failure?.reason ?? "")")
    #expect(
      #expect(throws: CopyFailure.self) { try Self.make(["x"], ["linux/amd64"]) }?.reason.contains("names no platform")
        == true)
  }

  @Test("What it was made from is told by source and platforms, in whatever order")
  func origin() throws {
    func selection(_ names: String, sparse: Bool = false) throws -> PlatformSelection {
      try #require(try PlatformSelection([names], isSparse: sparse))
    }
    let (a, b) = (JudgeTests.a, JudgeTests.b)
    let one = try selection("linux/amd64,linux/arm64").origin(of: a)
    #expect(try selection("linux/arm64/v8 linux/amd64, linux/amd64").origin(of: a) == one)
    let others = [
      try selection("linux/amd64,linux/arm64").origin(of: b), try selection("linux/amd64").origin(of: a),
      try selection("linux/amd64,linux/arm64", sparse: true).origin(of: a), a,
    ]
    #expect(!others.contains(one) && Set(others).count == others.count)
  }

  static let options: [([String: JSONValue], String?)] = [
    (["platforms": .array([.string("linux/amd64"), .string("linux/aarch64")])], "linux/amd64, linux/arm64"),
    (["platforms": .string("linux/amd64,linux/arm")], "linux/amd64, linux/arm/v7"),
    (["platforms": .array([.string("linux/amd64")]), "sparse": .bool(true)], "linux/amd64, sparse"),
    ([:], nil), (["platforms": .array([])], nil), (["platforms": .null, "sparse": .bool(true)], nil),
  ]

  @Test("A row's options are read as they are written", arguments: 0..<6)
  func reads(number: Int) throws {
    let (options, words) = Self.options[number]
    let selection = try PlatformSelection(options: options)
    #expect(selection?.words == words)
    var entry = MirrorEntry(source: "r.example/a:1", destinations: ["d.example/a"], options: options)
    entry.select(selection)
    #expect(try entry.platforms == selection)
    #expect(try entry.images().first?.platforms == selection)
  }

  @Test(
    "A row whose platforms cannot be used says so",
    arguments: [
      (["platforms": JSONValue.array([.string("linux")])], "its platforms cannot be used: 'linux' is not a platform"),
      (["platforms": .array([.integer(1)])], "its platforms are not all strings"),
      (["platforms": .bool(true)], "its platforms are not a list"),
      (["platforms": .string("linux/amd64"), "sparse": .string("x")], "its option sparse is neither true nor false"),
    ])
  func unusable(options: [String: JSONValue], words: String) {
    let entry = MirrorEntry(source: "r.example/a:1", destinations: ["d.example/a"], options: options)
    let error = #expect(throws: MirrorError.self) { try entry.validate() }
    #expect(error?.description.contains("mirror r.example/a:1: \(words)") == true, "\(String(describing: error))")
  }

  @Test("Copies of single images are told as one that moves all of them")
  func progress() {
    func report(_ images: Int64, _ blobs: Int64, _ bytes: Int64) -> JobProgress {
      JobProgress(
        phase: .copying, images: .init(done: images, total: 1), blobs: .init(done: blobs, total: 2),
        bytes: .init(done: bytes, total: 10))
    }
    var progress = SelectedProgress(images: 2)
    #expect(progress.note(report(0, 1, 5)).bytes == .init(done: 5, total: nil))
    _ = progress.note(report(1, 2, 10))
    progress.next()
    let next = progress.note(report(0, 1, 4))
    #expect(next.images == .init(done: 1, total: 2) && next.blobs == .init(done: 3, total: 4))
    #expect(next.bytes == .init(done: 14, total: 20))
  }
}
