import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support

/// The `--json` document of `status` and `check`.
struct StatusDocument {
  let snapshot: Snapshot

  var json: JSONValue {
    let summary = snapshot.summary.map { ($0.key.rawValue, JSONValue.integer(Int64($0.value))) }
    return .object([
      "asOf": .time(snapshot.asOf),
      "entries": .array(snapshot.mirrors.map(Self.entry)),
      "summary": .object(Dictionary(uniqueKeysWithValues: summary)),
      "unreadable": .array(
        snapshot.unreadable.map { .object(["source": .string($0.source), "reason": .string($0.reason)]) }),
    ])
  }

  private static func entry(_ mirror: MirrorStatus) -> JSONValue {
    .object([
      "source": .string(mirror.entry.source),
      "enabled": .bool(mirror.entry.enabled),
      "expires": .time(mirror.entry.expires),
      "sourceDigest": .text(mirror.sourceDigest?.description),
      "destinations": .array(mirror.destinations.map(destination)),
    ])
  }

  private static func destination(_ destination: DestinationStatus) -> JSONValue {
    var fields: [String: JSONValue] = [
      "reference": .string(destination.reference),
      "digest": .text(destination.digest?.description),
      "state": .string(destination.state.rawValue),
      "checkedAt": .time(destination.checkedAt),
      "error": .text(destination.error),
      "job": .text(destination.job),
    ]
    // Only where runs wait: the document's shape is fixed.
    if let retry = destination.retry {
      fields["failures"] = .number(retry.failures)
      fields["nextTry"] = .time(retry.until)
    }
    return .object(fields)
  }
}
