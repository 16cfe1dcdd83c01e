import FoundationEssentials

/// Secrets of Secrets Manager.
public struct SecretsManagerClient: Sendable {
  private let client: ServiceClient

  public init(_ connection: AWSConnection) {
    client = ServiceClient(.secretsManager, connection)
  }

  private struct Input: Encodable {
    var secretId: String
    enum CodingKeys: String, CodingKey { case secretId = "SecretId" }
  }

  private struct Output: Decodable {
    var secretString: String?
    /// Base64.
    var secretBinary: String?
    enum CodingKeys: String, CodingKey {
      case secretString = "SecretString"
      case secretBinary = "SecretBinary"
    }
  }

  /// A secret's current value.
  ///
  /// - Parameter id: a name or an ARN.
  /// - Returns: nil where there is no such secret, or it never had a value.
  /// - Throws: `AWSError`.
  public func secret(_ id: String) async throws(AWSError) -> [UInt8]? {
    let operation = ServiceClient.Operation("GetSecretValue")
    let output: Output
    do {
      output = try await client.call(operation, Input(secretId: id))
    } catch {
      if error.code == "ResourceNotFoundException" { return nil }
      throw error
    }
    if let text = output.secretString { return Array(text.utf8) }
    guard let binary = output.secretBinary, let data = Data(base64Encoded: binary) else {
      throw AWSError(.invalidAnswer("the secret has no value"), client.service, operation.name)
    }
    return Array(data)
  }
}
