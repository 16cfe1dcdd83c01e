import AWSClient
import FoundationEssentials
import MirrorCore

/// The images of jobs that have several: items of the history table, written before the job is submitted and never
/// changed.
///
/// ECS takes 8,192 characters of command and variables and AWS Batch 30 KiB of a request, an item 400 KB:
/// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html (overrides),
/// https://docs.aws.amazon.com/batch/latest/userguide/service_limits.html.
struct JobLists: Sendable {
  let dynamo: DynamoDBClient
  let table: String

  private static let partition = "#list"
  /// Longer than a job on Fargate lives, which is 14 days, and than AWS Batch shows one that has ended.
  private static let lifetime: TimeInterval = 30 * 86400

  private static func key(_ id: String) -> DynamoItem { HistoryKey.key(partition, id) }

  func write(_ images: [JobImage], as id: String) async throws(AWSError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    var item = Self.key(id)
    // Strings and numbers: nothing that cannot be encoded.
    item["Body"] = .string((try? encoder.encode(images)).map { String(decoding: $0, as: UTF8.self) } ?? "[]")
    item["Expires"] = .number(Int64(dynamo.now.timeIntervalSince1970 + Self.lifetime))
    _ = try await dynamo.write(.put(item, into: table))
  }

  /// By id, those left out that there are not, or that cannot be read.
  func read(_ ids: [String]) async throws(AWSError) -> [String: [JobImage]] {
    var found: [String: [JobImage]] = [:]
    for item in try await dynamo.items(ids.map(Self.key), in: table) {
      guard let id = item[HistoryKey.at]?.string, let body = item["Body"]?.string else { continue }
      let images = try? JSONDecoder().decode([JobImage].self, from: Data(body.utf8))
      if let images, !images.isEmpty { found[id] = images }
    }
    return found
  }
}
