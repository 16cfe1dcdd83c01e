import Foundation
import MirrorCore
import Support
import TestSupport

@testable import AWSBackend

/// `ListJobs` and `DescribeJobs` of AWS Batch over jobs that a test makes up and moves: filters, states, pages and limits
/// are as its API reference has them. DynamoDB has nothing.
final class BatchDouble: Sendable {
  struct Entry: Sendable {
    var id: String
    var name: String
    var status: JobState
    /// Milliseconds since 1970.
    var created: Int64
    var started: Int64?
    var stopped: Int64?
    var statusReason: String?
    /// Whether it is shown yet, or still.
    var isShown = true
    /// JSON, each.
    var attempts: [String] = []
  }

  private let entries = Lock<[String: Entry]>([:])
  private let onList = Lock<@Sendable (String) -> Void>({ _ in })
  private let holder = Lock<LoopbackServer?>(nil)

  init() throws {
    let server = try LoopbackServer { [weak self] request in
      .answer(200, [], self?.answer(request) ?? "{}")
    }
    holder.withLock { $0 = server }
  }

  var connection: LoopbackServer {
    get throws {
      guard let server = holder.withLock(\.self) else { throw CancellationError() }
      return server
    }
  }

  func queue(_ pace: Pace = BatchDouble.pace) throws -> BatchQueue {
    BatchQueue(try connection.connection(), Self.settings, pace: pace)
  }

  static let settings = StackSettings(
    mirrorTable: "m", historyTable: "h", mirrorQueue: "mirrors", controlQueue: "controls", mirrorJob: "mirror",
    controlJob: "control", logGroup: "/g")
  /// Nothing is taken for fresh, and what runs is not described again because the machine is slow.
  static let pace = Pace(freshness: .zero, recheck: .seconds(600), progress: .zero)

  // MARK: - Jobs

  @discardableResult
  func add(
    _ id: String, _ status: JobState, created: Int64, name: String? = nil, started: Int64? = nil
  ) -> String {
    let name = name ?? "run-\(id)"
    entries.withLock {
      $0[id] = Entry(id: id, name: name, status: status, created: created, started: started)
    }
    return id
  }

  func change(_ id: String, _ change: (inout Entry) -> Void) {
    entries.withLock { entries in
      guard var entry = entries[id] else { return }
      change(&entry)
      entries[id] = entry
    }
  }

  /// - Parameter body: told the state, or the filter's name, before a page is made.
  func beforeList(_ body: @escaping @Sendable (String) -> Void) { onList.withLock { $0 = body } }

  /// How often each operation was called since the last time.
  func calls() throws -> [String: Int] {
    let all = Dictionary(grouping: try connection.requests, by: \.operation).mapValues(\.count)
    let before = counted.withLock { counted in
      defer { counted = all }
      return counted
    }
    return all.merging(before) { $0 - $1 }.filter { $0.value > 0 }
  }

  private let counted = Lock<[String: Int]>([:])

  // MARK: - Answers

  private func answer(_ request: Request) -> String {
    guard let input = (try? JSONSerialization.jsonObject(with: Data(request.body))) as? [String: Any] else {
      return "{}"
    }
    switch request.operation {
    case "/v1/listjobs": return list(input)
    case "/v1/describejobs":
      let ids = input["jobs"] as? [String] ?? []
      let found = entries.withLock { entries in ids.compactMap { entries[$0] }.filter(\.isShown) }
      return "{\"jobs\":[\(found.map(\.detail).joined(separator: ","))]}"
    default: return "{}"
    }
  }

  private func list(_ input: [String: Any]) -> String {
    let filter = (input["filters"] as? [[String: Any]])?.first
    let value = (filter?["values"] as? [String])?.first ?? ""
    let kind = filter?["name"] as? String ?? input["jobStatus"] as? String ?? "RUNNING"
    onList.withLock(\.self)(kind)
    var found = entries.withLock { Array($0.values) }.filter { entry in
      guard entry.isShown else { return false }
      switch kind {
      case "AFTER_CREATED_AT": return entry.created > Int64(value) ?? 0
      case "BEFORE_CREATED_AT": return entry.created < Int64(value) ?? 0
      case "JOB_NAME": return entry.name.lowercased() == value.lowercased()
      default: return entry.status.rawValue == kind
      }
    }
    // By state there is no promised order.
    found.sort { filter == nil ? $0.id < $1.id : ($0.created, $0.id) > ($1.created, $1.id) }
    let size = min(input["maxResults"] as? Int ?? 100, filter == nil ? 1000 : 100)
    let start = Int(input["nextToken"] as? String ?? "") ?? 0
    let page = found.dropFirst(start).prefix(size)
    let token = start + size < found.count ? ",\"nextToken\":\"\(start + size)\"" : ""
    return "{\"jobSummaryList\":[\(page.map(\.summary).joined(separator: ","))]\(token)}"
  }
}

extension BatchDouble.Entry {
  private var members: String {
    var text = "\"jobId\":\"\(id)\",\"jobName\":\"\(name)\",\"status\":\"\(status.rawValue)\",\"createdAt\":\(created)"
    for (key, value) in [("startedAt", started), ("stoppedAt", stopped)] {
      if let value { text += ",\"\(key)\":\(value)" }
    }
    if let statusReason { text += ",\"statusReason\":\"\(statusReason)\"" }
    return text
  }

  var summary: String { "{\(members)}" }

  var detail: String {
    """
    {\(members),"jobQueue":"arn:q","jobDefinition":"arn:d","attempts":[\(attempts.joined(separator: ","))],
    "parameters":{"source":"r.example/\(id):1","dest":"d.example/\(id):1"},
    "container":{"environment":[{"name":"ECRMIRROR_RUN","value":"r1"}]}}
    """
  }
}
