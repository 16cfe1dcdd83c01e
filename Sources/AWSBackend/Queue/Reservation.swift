import AWSClient
import FoundationEssentials
import Support

/// Who has, or is about to have, the one live job of a source: an item of the history table, written only on the
/// condition that it still is as it was read.
struct Reservation: Sendable, Equatable {
  /// nil from the reservation until the job is submitted.
  var job: String?
  /// The job's name on AWS Batch: by it a job is found whose submitter never said its id.
  var name: String
  /// Until then it counts without AWS Batch knowing of a job: none is submitted yet, or it is too new to be shown.
  var until: Date
  /// The list of images that the job works off; nil for a job of this source alone.
  var list: String?
  /// How often that job began with this image; nil before it has.
  var begun: Int?

  init(job: String? = nil, name: String, until: Date, list: String? = nil, begun: Int? = nil) {
    self.job = job
    self.name = name
    self.list = list
    self.begun = begun
    // As it will be read, so that a condition on it holds.
    self.until = Date(milliseconds: until.milliseconds)
  }
}

extension Reservation {
  private static let partition = "#job"
  /// For how long it is kept: longer than any job on Fargate lives, which is 14 days.
  private static let lifetime: TimeInterval = 30 * 86400
  /// Bytes of a range key.
  static let sourceLimit = 1024

  static func key(_ source: String) -> DynamoItem {
    HistoryKey.key(partition, source)
  }

  /// - Returns: nil for an item that is none; it is then as if there were none, and the write over it fails.
  init?(_ item: DynamoItem) {
    guard let name = item["Name"]?.string, let until = item["Until"]?.integer else { return nil }
    self.init(
      job: item["Job"]?.string, name: name, until: Date(milliseconds: until), list: item["List"]?.string,
      begun: item["Begun"]?.integer.flatMap { Int(exactly: $0) })
  }

  static func source(of item: DynamoItem) -> String? { item[HistoryKey.at]?.string }

  private func item(_ source: String) -> DynamoItem {
    var item = Self.key(source)
    item["Job"] = job.map(AttributeValue.string)
    item["Name"] = .string(name)
    item["List"] = list.map(AttributeValue.string)
    item["Begun"] = begun.map { .number(Int64($0)) }
    item["Until"] = .number(until.milliseconds)
    item["Expires"] = .number(Int64(until.timeIntervalSince1970 + Self.lifetime))
    return item
  }

  /// Writes this over `old`, or where there is none.
  func write(_ source: String, over old: Reservation?, in table: String) -> DynamoWrite {
    .put(item(source), into: table, if: old?.isUnchanged ?? "attribute_not_exists(\(name: HistoryKey.at))")
  }

  /// Takes this one away.
  func delete(_ source: String, in table: String) -> DynamoWrite {
    .delete(Self.key(source), from: table, if: isUnchanged)
  }

  private var isUnchanged: DynamoExpression {
    let sameTime: DynamoExpression = "\(name: "Until") = \(value: .number(until.milliseconds))"
    guard let job else { return "\(sameTime) AND attribute_not_exists(\(name: "Job"))" }
    let sameJob: DynamoExpression = "\(sameTime) AND \(name: "Job") = \(value: .string(job))"
    guard list != nil else { return sameJob }
    guard let begun else { return "\(sameJob) AND attribute_not_exists(\(name: "Begun"))" }
    return "\(sameJob) AND \(name: "Begun") = \(value: .number(Int64(begun)))"
  }
}
