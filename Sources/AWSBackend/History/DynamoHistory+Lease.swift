import AWSClient
import FoundationEssentials
public import MirrorCore
import Support

/// The lease is one item: `Run`, `Holder`, `Until` (milliseconds since 1970), and `Expires` for TTL.
extension DynamoHistory {
  private static let lease = HistoryKey.only("#lease")

  public func acquire(_ lease: RunLease) async throws -> RunLease? {
    let time = self.now()
    let (now, latest) = (time.inMilliseconds, RunLease.latestEnd(at: time).inMilliseconds)
    // Nobody holds it, or we do, or its holder let it run out; or nobody can say until when it is held, as where a clock
    // that was wrong wrote it.
    let isOurs: DynamoExpression = """
      attribute_not_exists(\(name: "Run")) OR \(name: "Run") = \(value: .string(lease.run)) \
      OR \(name: "Until") <= \(value: .number(now)) OR \(name: "Until") > \(value: .number(latest)) OR NOT attribute_type(\(name: "Until"), \(value: .string("N")))
      """
    let write = DynamoWrite.put(Self.item(lease), into: name, if: isOurs)
    // The second time round when it was given back in between.
    for _ in 0..<3 {
      let outcome = try await calling { try await dynamo.write(write) }
      guard case .refused(let existing) = outcome else { return nil }
      if let other = existing.flatMap(Self.lease) { return other }
    }
    throw MirrorError(.backend, "the lease for runs in the table \(name.cleaned) changes too often; try again")
  }

  public func release(run: String) async throws {
    try await calling {
      _ = try await dynamo.write(.delete(Self.lease, from: name, if: "\(name: "Run") = \(value: .string(run))"))
    }
  }

  public func lease() async throws -> RunLease? {
    try await calling { try await liveLease() }
  }

  /// The lease of a run that is under way; nil where none is.
  func liveLease() async throws(AWSError) -> RunLease? {
    let item = try await dynamo.item(Self.lease, in: name)
    return item.flatMap(Self.lease).flatMap { $0.isLive(at: now()) ? $0 : nil }
  }

  private static func item(_ lease: RunLease) -> DynamoItem {
    var item = Self.lease
    item["Run"] = .string(lease.run)
    item["Holder"] = .string(lease.holder)
    item["Until"] = .number(lease.expires.inMilliseconds)
    item["Expires"] = .number(Int64(lease.expires.timeIntervalSince1970) + 86400)
    return item
  }

  private static func lease(_ item: DynamoItem) -> RunLease? {
    guard case .number(let text) = item["Until"], let until = Double(text) else { return nil }
    return RunLease(
      run: item["Run"]?.string ?? "unknown", holder: item["Holder"]?.string ?? "unknown",
      expires: Date(timeIntervalSince1970: min(until / 1000, MirrorItem.latestExpiry)))
  }
}

extension Date {
  /// Since 1970.
  var inMilliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }
}
