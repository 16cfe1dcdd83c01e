import AWSClient
import MirrorCore
import Support

/// A table of a stack, for a person.
enum StackTable: Sendable, Equatable {
  case mirrors(String)
  case history(String)

  var name: String {
    switch self {
    case .mirrors(let name), .history(let name): name.cleaned
    }
  }
}

extension AWSError {
  /// What a failed call to a table means, with what to do next; `CancellationError` for what was cancelled.
  func meaning(for table: StackTable, in region: String) -> any Error {
    if kind == .cancelled { return CancellationError() }
    if code == "ResourceNotFoundException" {
      return MirrorError(
        .backend, "there is no usable table \(table.name) in \(region)",
        Outage(.gone, "restore it or deploy the stack again, or check --stack, --region and --profile"))
    }
    if isThrottling {
      return MirrorError(
        .backend, "the table \(table.name) is throttled: \(self)",
        Outage(.throttled, "try again in a minute, or raise the table's capacity"))
    }
    if let outage { return MirrorError(.backend, reason, outage) }
    switch code {
    case "ValidationException" where isAboutKeys: return MirrorError.wrongKey(of: table)
    case "ValidationException" where description.contains("specified index"):
      return MirrorError(
        .backend, "the table \(table.name) has no index \(HistoryKey.index)", Outage(.unusable, "update the stack"))
    default: return MirrorError(.backend, "the table \(table.name) cannot be used: \(self)")
    }
  }

  /// What a failed call about jobs means, with what to do next; `CancellationError` for what was cancelled.
  func meaning(forJobsIn region: String) -> any Error {
    if kind == .cancelled { return CancellationError() }
    if isThrottling {
      return MirrorError(
        .backend, "\(service) throttles requests: \(self)", Outage(.throttled, "try again in a minute"))
    }
    if description.contains("does not exist") {
      return MirrorError(
        .backend, "\(self)",
        Outage(.gone, "deploy the stack again, or check --stack, --region (\(region)) and --profile"))
    }
    return MirrorError(.backend, reason, outage)
  }

  /// Whether the table has other keys than the request.
  private var isAboutKeys: Bool {
    [
      "key element does not match", "conditions on the keys", "key attributes defined in the schema", "Missing the key",
      "Query condition missed key",
    ].contains { description.contains($0) }
  }
}

extension MirrorError {
  static func wrongKey(of table: StackTable) -> MirrorError {
    let right =
      switch table {
      case .mirrors: "not a mirror table, which has the hash key Source, a string, and no range key"
      case .history: "not a history table, which has the hash key Mirror and the range key At, both strings"
      }
    return MirrorError(
      .backend, "the table \(table.name) is \(right)", Outage(.unusable, "set another one in the stack's settings"))
  }
}
