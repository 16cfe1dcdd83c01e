public import FoundationEssentials
import Support

/// What an image's configuration says of it, as far as a person compares it. Whatever is missing, or of another kind
/// than the OCI image specification has it, counts as not said.
public struct ImageConfiguration: Sendable, Equatable {
  public var platform: Manifest.Platform?
  public var created: Date?
  public var entryPoint: [String] = []
  public var command: [String] = []
  public var user: String?
  public var workingFolder: String?
  /// The names of the environment's variables alone: what they hold may be a secret.
  public var variables: [String] = []
  public var labels: [String: String] = [:]

  /// The largest that is read: those of real images have some kilobytes.
  public static let sizeLimit = 4 << 20

  public init() {}

  /// Reads a configuration.
  ///
  /// - Throws: `DecodingError` for what is no JSON object.
  public init(json: [UInt8]) throws {
    let document = try JSONDecoder().decode(Document.self, from: Data(json))
    platform = document.platform
    created = document.created.flatMap { Date(rfc3339: $0) }
    guard let inner = document.config else { return }
    (entryPoint, command) = (inner.entryPoint, inner.command)
    (user, workingFolder) = (inner.user, inner.workingFolder)
    variables = inner.environment.map { String($0.prefix { $0 != "=" }) }
    labels = inner.labels
  }

  private struct Document: Decodable {
    var platform: Manifest.Platform?
    var created: String?
    var config: Inner?

    private enum CodingKeys: CodingKey { case created, config }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      platform = try? Manifest.Platform(from: decoder)
      created = try? container.decode(String.self, forKey: .created)
      config = try? container.decode(Inner.self, forKey: .config)
    }
  }

  private struct Inner: Decodable {
    var entryPoint: [String]
    var command: [String]
    var environment: [String]
    var labels: [String: String]
    var user: String?
    var workingFolder: String?

    private enum CodingKeys: String, CodingKey {
      case entryPoint = "Entrypoint"
      case command = "Cmd"
      case environment = "Env"
      case labels = "Labels"
      case user = "User"
      case workingFolder = "WorkingDir"
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      func words(_ key: CodingKeys) -> [String] { (try? container.decode([String].self, forKey: key)) ?? [] }
      func word(_ key: CodingKeys) -> String? {
        (try? container.decode(String.self, forKey: key)).flatMap { $0.isEmpty ? nil : $0 }
      }
      (entryPoint, command, environment) = (words(.entryPoint), words(.command), words(.environment))
      labels = (try? container.decode([String: String].self, forKey: .labels)) ?? [:]
      (user, workingFolder) = (word(.user), word(.workingFolder))
    }
  }
}
