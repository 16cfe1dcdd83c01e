import AWSClient
public import FoundationEssentials
public import MirrorCore
import Support

/// Registries that want to be asked later are attributes of one item: milliseconds since 1970, by the registry's name.
extension DynamoHistory {
  private static let key = HistoryKey.only("#deferrals")

  public func deferrals() async throws -> Deferrals {
    let item = try await calling { try await dynamo.items([Self.key], in: name).first } ?? [:]
    let times = item.compactMapValues { value -> Date? in
      guard case .number(let text) = value, let time = Double(text) else { return nil }
      return Date(timeIntervalSince1970: time / 1000)
    }
    return Deferrals(stored: times, at: now())
  }

  public func setDeferral(of registry: String, until: Date?) async throws {
    let change: DynamoExpression =
      if let until {
        "SET \(name: registry) = \(value: .number(until.inMilliseconds))"
      } else {
        "REMOVE \(name: registry)"
      }
    try await calling { _ = try await dynamo.write(.update(Self.key, in: name, change)) }
  }
}
