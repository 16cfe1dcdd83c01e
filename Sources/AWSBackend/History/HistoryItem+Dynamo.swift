import AWSClient
import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support

/// What is over, as an item of the history table. Its `Body` holds all; the other attributes are there to find it.
extension HistoryItem {
  /// - Parameter now: by AWS's clock, which deletes what has expired.
  func attributes(now: Date) throws -> DynamoItem {
    var item = HistoryKey.key(hashKey, "\(at.rfc3339Milliseconds)/\(id)")
    item[HistoryKey.month] = .string(HistoryKey.month(of: at))
    // Of what a clock that was behind called long ago, too: it is new.
    item["Expires"] = .number(Int64((max(at, now) + Self.kept.seconds).timeIntervalSince1970))
    item["Body"] = .string(String(decoding: try JSONEncoder().encode(self), as: UTF8.self))
    switch self {
    case .job(let record):
      item["Kind"] = .string("job")
      item["Job"] = .string(record.job)
      item["Succeeded"] = .bool(record.succeeded)
    case .run(let record):
      item["Kind"] = .string(record.kind.rawValue)
    }
    return item
  }

  /// nil for what is no such item, or one of a version that writes others.
  init?(_ attributes: DynamoItem) {
    guard let body = attributes["Body"]?.string,
      let item = try? JSONDecoder().decode(HistoryItem.self, from: Data(body.utf8))
    else { return nil }
    self = item
  }

  private var hashKey: String {
    switch self {
    case .job(let record): record.mirror
    case .run: HistoryKey.runs
    }
  }

  private var id: String {
    switch self {
    // One job may end with two images of a row in one moment.
    case .job(let record): "\(record.job)/\(Digest.sha256(of: Array(record.source.utf8)).hex.prefix(8))"
    case .run(let record): record.id
    }
  }
}
