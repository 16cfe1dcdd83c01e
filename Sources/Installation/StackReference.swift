import Documents

/// A stack in AWS as the configuration names it: `stacks: {prod: {name: mirrors, region: eu-central-1, profile: ops}}`.
public struct StackReference: Sendable, Equatable {
  /// Its name in AWS.
  public var name: String
  /// nil for that of the profile or the environment.
  public var region: String?
  public var profile: String?

  /// - Parameter key: what the configuration calls it; its name in AWS where that is not said.
  /// - Throws: `DocumentError` naming line, key and what would be right.
  init(_ section: DocumentNode, named key: String) throws(DocumentError) {
    name = key
    try section.each { key, value throws(DocumentError) in
      switch key {
      case "name": name = try value.text()
      case "region": region = try value.text()
      case "profile": profile = try value.text()
      default: throw value.unknown(key, known: ["name", "profile", "region"])
      }
    }
  }
}
