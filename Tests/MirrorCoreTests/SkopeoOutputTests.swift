import OCIRegistry
import Testing

@testable import MirrorCore

struct SkopeoOutputTests {
  static func blob(_ number: UInt8) -> Digest { Digest.sha256(of: [number]) }

  /// What skopeo 1.9.3 prints for an index of two images when it is not on a terminal.
  static let lines = [
    "Getting image list signatures",
    "Copying 2 of 2 images in list",
    "Copying image sha256:a189d6ea77bd4c85d042ded03b1d16f93e6384b845e100f2118a913f408cc96a (1/2)",
    "Getting image source signatures",
    "Copying blob \(blob(1))",
    "Copying blob \(blob(2))",
    "Copying config \(blob(3))",
    "Writing manifest to image destination",
    "Storing signatures",
    "Copying image sha256:9e02d2b5aec63bf39b52d48f9e49244f2177ba9ea45323dd6a76b6fe5677e0e4 (2/2)",
    "Getting image source signatures",
    "Copying blob \(blob(1))",
    "Copying blob \(blob(4))",
    "Copying config \(blob(5))",
    "Writing manifest to image destination",
    "Storing signatures",
    "Writing manifest list to image destination",
    "Storing list signatures",
  ]

  static func after(_ count: Int, sizes: [UInt8: Int64] = [:]) -> JobProgress {
    var output = SkopeoOutput()
    for line in lines.prefix(count) { _ = output.note(line) }
    for (number, size) in sizes { output.know(size: size, of: blob(number)) }
    return output.progress(to: "d", destinations: .init(done: 0, total: 1))
  }

  @Test(
    "Images and blobs are counted as lines come",
    arguments: [(0, 0, 0), (5, 0, 0), (7, 0, 2), (8, 0, 3), (9, 1, 3), (14, 1, 4), (16, 2, 5), (18, 2, 5)])
  func counts(lines: Int, images: Int64, blobs: Int64) {
    let progress = Self.after(lines)
    #expect(progress.images.done == images)
    #expect(progress.blobs.done == blobs)
    if lines > 1 { #expect(progress.images.total == 2) }
  }

  @Test("Bytes have a total once every size is known, and none before")
  func bytes() {
    #expect(Self.after(7, sizes: [1: 10]).bytes.total == nil)
    let half = Self.after(9, sizes: [1: 10, 2: 20, 3: 2])
    #expect(half.bytes == JobProgress.Count(done: 32, total: 64), "the second image is taken to be as large")
    let all = Self.after(18, sizes: [1: 10, 2: 20, 3: 2, 4: 30, 5: 2])
    #expect(all.bytes == JobProgress.Count(done: 64, total: 64))
  }

  @Test("A blob seen to have arrived counts before its image is done")
  func arrival() {
    var output = SkopeoOutput()
    for line in Self.lines.prefix(6) { _ = output.note(line) }
    output.noteArrival(of: Self.blob(2))
    output.noteArrival(of: Self.blob(9))
    #expect(output.underWay == [Self.blob(1)])
    #expect(output.progress(to: "d", destinations: .init()).blobs.done == 1)
  }

  @Test("Bytes move while a blob is on its way, never back, and never beyond what is to come") func traffic() {
    var output = SkopeoOutput()
    for line in Self.lines.prefix(6) { _ = output.note(line) }
    output.know(size: 100, of: Self.blob(1))
    output.know(size: 1000, of: Self.blob(2))
    func done() -> Int64 { output.progress(to: "d", destinations: .init()).bytes.done }
    #expect(done() == 0)
    output.note(sent: 60)
    #expect(done() == 60)
    output.note(sent: 40)
    #expect(done() == 60)
    output.note(sent: 400)
    #expect(done() == 400)
    output.noteArrival(of: Self.blob(1))
    #expect(done() == 400, "of what was sent, 100 are the blob's that arrived")
    output.note(sent: 5000)
    #expect(done() == 1100)
    output.noteEnd()
    #expect(done() == 1100 && output.moved == 1100 && output.underWay.isEmpty)
  }

  @Test("A blob that was there before takes its bytes from nobody's, and one of unknown size takes none") func skipped()
  {
    var output = SkopeoOutput()
    for line in Self.lines.prefix(6) { _ = output.note(line) }
    output.know(size: 1000, of: Self.blob(1))
    output.note(sent: 300)
    output.noteArrival(of: Self.blob(2))
    func done() -> Int64 { output.progress(to: "d", destinations: .init()).bytes.done }
    #expect(done() == 300)
    #expect(output.moved == 300, "as long as a size is not known, what was sent")
    output.know(size: 500, of: Self.blob(2))
    #expect(done() == 500)
    output.note(sent: 700)
    #expect(done() == 900)
  }

  @Test("Sizes and counts of any size come to a progress between nothing and all", arguments: [Int64.max, .min, -1, 0])
  func extremes(size: Int64) {
    let progress = Self.after(18, sizes: Dictionary(uniqueKeysWithValues: (1...5).map { ($0, size) }))
    #expect(progress.bytes.done >= 0)
    #expect(progress.bytes.total.map { $0 >= progress.bytes.done } ?? true)
    #expect(progress.fraction.map { (0...1).contains($0) } ?? true)
    var output = SkopeoOutput()
    for line in ["Copying \(size) of \(size) images in list", "Copying blob \(Self.blob(1))"] { _ = output.note(line) }
    output.know(size: .max, of: Self.blob(1))
    _ = output.note("Copying 1 of 3 images in list")
    let other = output.progress(to: "d", destinations: .init(done: size, total: 2))
    #expect(other.bytes.total == .max)
    #expect(other.fraction.map { (0...1).contains($0) } == true)
  }

  @Test("A line that names a blob gives it once")
  func once() {
    var output = SkopeoOutput()
    #expect(output.note("Copying blob \(Self.blob(1))") == Self.blob(1))
    #expect(output.note("Copying blob \(Self.blob(1))") == nil)
    #expect(output.note("Copying blob skipped: already exists") == nil)
    #expect(output.note("") == nil)
  }

  @Test(
    "skopeo's reason is taken from its last words",
    arguments: [
      (
        #"time="2026-11-23T22:37:01Z" level=fatal msg="reading manifest v1 in r: manifest unknown""#,
        "reading manifest v1 in r: manifest unknown"
      ),
      (#"time="x" level=fatal msg="pinging: Get \"http://r/v2/\": refused""#, #"pinging: Get "http://r/v2/": refused"#),
      (#"time="x" level=fatal msg="one\ntwo""#, "one two"),
      (#"time="x" level=warning msg="no""#, nil),
      ("Copying blob", nil),
    ] as [(String, String?)])
  func fatal(line: String, expected: String?) {
    var failure = SkopeoFailure()
    let isForPeople = failure.note(line)
    #expect(isForPeople)
    #expect(failure.reason == expected)
  }

  @Test("A refused index is told in the registry's words, which only a debug line has")
  func refusedIndex() {
    var failure = SkopeoFailure()
    let upload =
      #"time="x" level=debug msg="Upload of manifest list type a/b+json failed: uploading manifest 1: tag is immutable""#
    let isForPeople = failure.note(upload)
    #expect(!isForPeople)
    #expect(failure.reason == nil)
    let end = #"time="x" level=fatal msg="Manifest list must be converted, but we cannot modify it: \"x\"""#
    _ = failure.note(end)
    #expect(failure.reason == "uploading manifest 1: tag is immutable")
    _ = failure.note(#"time="x" level=fatal msg="pinging: refused""#)
    #expect(failure.reason == "pinging: refused")
  }

  @Test("No line can break it")
  func garbage() {
    var generator = SystemRandomNumberGenerator()
    let alphabet = Array("Copying blob config image of () /\" \\ =msg level=fatal sha256:abc0123\u{1b}é")
    var output = SkopeoOutput()
    var failure = SkopeoFailure()
    for _ in 0..<5000 {
      let line = String(
        (0..<Int.random(in: 0...60, using: &generator)).map { _ in alphabet.randomElement(using: &generator) ?? " " })
      _ = output.note(line)
      _ = failure.note(line)
    }
    for total in ["0", "-5", "99999999999999999999", "1"] { _ = output.note("Copying \(total) of 9 images in list") }
    #expect((output.progress(to: "d", destinations: .init()).fraction ?? 0) >= 0)
  }
}

struct CopyFailureTests {
  @Test(
    "skopeo's messages tell whether to try again",
    arguments: [
      (
        "writing manifest: tag invalid: The image tag '1' already exists in the 'a' repository and cannot be overwritten because the tag is immutable.",
        Verdict.refused, true
      ),
      ("checking blob: unauthorized: authentication required", .refused, false),
      ("writing blob: denied: requested access to the resource is denied", .refused, false),
      ("writing blob: initiating layer upload to /v2/c/blobs/uploads/ in r: denied", .refused, false),
      ("writing blob: initiating layer upload to /v2/c/blobs/uploads/ in r: StatusCode: 403, no", .refused, false),
      ("initiating upload: received unexpected HTTP status: 500 Internal Server Error", .retry, false),
      ("pinging container registry: dial tcp: connect: connection refused", .retry, false),
      ("toomanyrequests: Rate exceeded", .retry, false),
      ("", .retry, false),
    ])
  func verdicts(message: String, verdict: Verdict, immutable: Bool) {
    let failure = CopyFailure(skopeo: message, exit: "exit code 1")
    #expect(failure.verdict == verdict)
    #expect((failure.cause == .immutable) == immutable)
    #expect(!failure.reason.isEmpty)
  }

  @Test("What may still work decides for the whole job")
  func order() {
    #expect([Verdict.fine, .refused, .retry, .badInput].max() == .retry)
    #expect([Verdict.fine, .refused, .badInput].max() == .refused)
    #expect([Verdict.fine, .fine].max() == .fine)
  }
}
