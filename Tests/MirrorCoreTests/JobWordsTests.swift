import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support
import Testing

/// How a job's request goes to its process and to the history, in the words of this version and of others.
@Suite struct JobWordsTests {
  /// As a job on AWS Batch has it that some version submitted.
  struct Words: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var name: String?
    var destinations = ["d.example/a:1,e.example/a:1"]
    let environment: [String: String]
    let request: JobRequest
  }

  private static let plain = JobRequest(
    origin: .run, mirror: "a:row", source: "r.example/a:1", destinations: ["d.example/a:1", "e.example/a:1"], run: "r1")
  /// All that a request can have.
  private static let full: JobRequest = {
    var request = plain
    request.image.options = ["platforms": .array([.string("linux/amd64")]), "referrers": .bool(true)]
    request.askedBy = "ann@web1"
    request.others = [JobImage(mirror: "b", source: "r.example/b:1", destinations: ["d.example/b:1"], options: [:])]
    return request
  }()
  private static let old = ["ECRMIRROR_ORIGIN": "run", "ECRMIRROR_RUN": "r1", "ECRMIRROR_MIRROR": "a:row"]

  private static func with(_ change: (inout JobRequest) -> Void) -> JobRequest {
    var request = plain
    change(&request)
    return request
  }

  static let known = [
    Words(testDescription: "of the first version, without options", environment: old, request: plain),
    Words(
      testDescription: "of this version", environment: old.merging(["ECRMIRROR_REQUEST": "{}"]) { $1 }, request: plain),
    Words(
      testDescription: "of this version with everything",
      environment: old.merging([
        "ECRMIRROR_REQUEST": """
        {"askedBy":"ann@web1","images":[{"destinations":["d.example/b:1"],"mirror":"b","options":{},\
        "source":"r.example/b:1"}],"options":{"platforms":["linux/amd64"],"referrers":true}}
        """
      ]) { $1 }, request: full),
    Words(
      testDescription: "of a later version",
      environment: old.merging([
        "ECRMIRROR_REQUEST": #"{"options":{"x":1},"priority":7}"#, "ECRMIRROR_MORE": "x",
      ]) { $1 }, request: with { $0.image.options = ["x": .integer(1)] }),
    Words(
      testDescription: "of nobody's", environment: old.merging(["ECRMIRROR_REQUEST": "no JSON"]) { $1 }, request: plain),
    Words(
      testDescription: "of the predecessor, whose name tells the origin", name: "push-0123456789abcdef",
      environment: [:],
      request: with { ($0.origin, $0.run, $0.image.mirror) = (.push, nil, "r.example/a:1") }),
    Words(
      testDescription: "typed by hand", destinations: ["d.example/a:1 e.example/a:1"], environment: [:],
      request: with { ($0.origin, $0.run, $0.image.mirror) = (.adhoc, nil, "r.example/a:1") }),
    Words(
      testDescription: "typed as several arguments", destinations: ["d.example/a:1", "e.example/a:1"], environment: [:],
      request: with { ($0.origin, $0.run, $0.image.mirror) = (.adhoc, nil, "r.example/a:1") }),
  ]

  @Test("A request is read in the words of every version", arguments: known)
  func read(words: Words) {
    #expect(
      JobRequest(
        source: "r.example/a:1", destinations: words.destinations, environment: words.environment, name: words.name)
        == words.request)
  }

  @Test("What is written has the words that every version reads, and one more")
  func written() {
    let request = Self.full
    #expect(request.parameters == ["source": "r.example/a:1", "dest": "d.example/a:1,e.example/a:1"])
    #expect(request.environment.filter { $0.key != "ECRMIRROR_REQUEST" } == Self.old)
    #expect(Self.known.contains { $0.environment["ECRMIRROR_REQUEST"] == request.environment["ECRMIRROR_REQUEST"] })
  }

  @Test("A try is given its job's id and number; one that no queue started has a name of its own")
  func order() {
    let order = JobOrder(id: "j1", attempt: 2, request: Self.full)
    let variables = order.environment
    #expect(variables["AWS_BATCH_JOB_ID"] == "j1" && variables["AWS_BATCH_JOB_ATTEMPT"] == "2")
    #expect(
      JobOrder(source: order.source, destinations: order.destinations, environment: variables, otherwise: "x") == order)
    let own = JobOrder(source: "a:1", destinations: ["b:1"], environment: [:], otherwise: "by-hand-1")
    #expect(own.id == "by-hand-1" && own.attempt == 1)
  }

  @Test("Asked for once more it is a person's, of no run, and with the options that the rows have by then")
  func again() {
    let again = Self.full.again
    #expect(again.origin == .adhoc && again.run == nil && again.askedBy == nil)
    #expect(again.images.map(\.options) == [nil, nil])
    #expect(again.images.map(\.source) == Self.full.images.map(\.source) && again.mirror == "a:row")
    #expect(again.jobName.hasPrefix("adhoc-"))
  }

  // MARK: - History

  private static let digest = Digest.sha256(of: [1])
  /// As the first version writes it.
  private static let oldRecord = """
    {"job":{"_0":{"attempts":2,"destinations":[{"after":"\(digest)","outcome":"copied","reference":"d.example/a:1"},\
    {"error":"no","outcome":"failed","reference":"e.example/a:1"}],"error":"no","finished":785000010,"job":"j1",\
    "mirror":"a:row","origin":"run","run":"r1","source":"r.example/a:1","sourceDigest":"\(digest)",\
    "started":785000000,"succeeded":false}}}
    """

  private static func record(_ request: JobRequest) -> HistoryItem {
    .job(
      JobRecord(
        JobOrder(id: "j1", attempt: 2, request: request), started: Date(timeIntervalSinceReferenceDate: 785_000_000),
        finished: Date(timeIntervalSinceReferenceDate: 785_000_010), succeeded: false, sourceDigest: digest,
        destinations: [
          DestinationRecord(reference: "d.example/a:1", outcome: .copied, after: digest),
          DestinationRecord(reference: "e.example/a:1", outcome: .failed, error: "no"),
        ], error: "no"))
  }

  @Test("A version that knows no tagging reads of a tag that was put as of a copy")
  func tagged() throws {
    let record = DestinationRecord(reference: "d.example/a:1", outcome: .tagged, after: Self.digest)
    let data = try JSONEncoder().encode(record)
    #expect(try JSONDecoder().decode(DestinationRecord.self, from: data) == record)
    struct Former: Decodable {
      enum Outcome: String, Decodable { case copied, skipped, failed, blocked, deferred, cancelled }
      var outcome: Outcome
    }
    #expect(try JSONDecoder().decode(Former.self, from: data).outcome == .copied)
  }

  private func json(_ item: HistoryItem) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(item), as: UTF8.self)
  }

  @Test("A finished job is read as older versions wrote it, and written so that they read it")
  func history() throws {
    #expect(
      try JSONDecoder().decode(HistoryItem.self, from: Data(Self.oldRecord.utf8)) == Self.record(Self.plain))
    #expect(try json(Self.record(Self.plain)) == Self.oldRecord)
    var request = Self.full
    request.others = []
    let text = try json(Self.record(request))
    #expect(text.contains(#""askedBy":"ann@web1""#) && text.contains(#""platforms":["linux/amd64"]"#))
    #expect(try JSONDecoder().decode(HistoryItem.self, from: Data(text.utf8)) == Self.record(request))
  }
}
