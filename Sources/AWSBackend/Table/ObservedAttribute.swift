import AWSClient
import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support

/// What was seen of one destination, as a value of the map `Observed`.
enum ObservedAttribute {
  /// - Returns: nil for what is no observation: the destination is looked at anew, and the value written over.
  static func decode(_ value: AttributeValue) -> Observed? {
    guard let map = value.map, let state = map["state"]?.string.flatMap(DestinationState.init(rawValue:)),
      let since = time(map["since"]), let checked = time(map["checked"])
    else { return nil }
    var observed = Observed(
      state: state, sourceDigest: digest(map["sourceDigest"]), digest: digest(map["digest"]), since: since,
      checked: checked, error: map["error"]?.string, job: map["job"]?.string)
    if let converted = map["converted"]?.map, let from = digest(converted["from"]), let to = digest(converted["to"]) {
      observed.converted = Conversion(from: from, to: to)
    }
    observed.retry = map["retry"]?.map.flatMap(pause)
    if case .bool(true)? = map["stopped"] { observed.wasStopped = true }
    return observed
  }

  static func encode(_ observed: Observed) -> AttributeValue {
    var map: [String: AttributeValue] = [
      "state": .string(observed.state.rawValue), "since": .string(observed.since.rfc3339Milliseconds),
      "checked": .string(observed.checked.rfc3339Milliseconds),
    ]
    map["sourceDigest"] = text(observed.sourceDigest)
    map["digest"] = text(observed.digest)
    map["error"] = observed.error.map(AttributeValue.string)
    map["job"] = observed.job.map(AttributeValue.string)
    map["converted"] = observed.converted.map {
      .map(["from": .string($0.from.description), "to": .string($0.to.description)])
    }
    map["retry"] = observed.retry.map {
      .map([
        "failures": .number(Int64($0.failures)), "until": .string($0.until.rfc3339Milliseconds),
        "definition": .string($0.definition),
      ])
    }
    if observed.wasStopped == true { map["stopped"] = .bool(true) }
    return .map(map)
  }

  private static func pause(_ map: [String: AttributeValue]) -> RetryPause? {
    guard let failures = map["failures"]?.integer.flatMap(Int.init(exactly:)), failures > 0,
      let until = time(map["until"]),
      let definition = map["definition"]?.string
    else { return nil }
    return RetryPause(failures: failures, until: until, definition: definition)
  }

  private static func time(_ value: AttributeValue?) -> Date? {
    value?.string.flatMap(Date.init(rfc3339:))
  }

  private static func digest(_ value: AttributeValue?) -> Digest? {
    value?.string.flatMap { try? Digest($0) }
  }

  private static func text(_ digest: Digest?) -> AttributeValue? {
    digest.map { .string($0.description) }
  }
}
