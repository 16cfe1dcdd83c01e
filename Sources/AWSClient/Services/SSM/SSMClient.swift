/// Parameters of Systems Manager.
public struct SSMClient: Sendable {
  private let client: ServiceClient

  public init(_ connection: AWSConnection) {
    client = ServiceClient(.ssm, connection)
  }

  private struct Input: Encodable {
    var name: String
    var withDecryption = true

    enum CodingKeys: String, CodingKey {
      case name = "Name"
      case withDecryption = "WithDecryption"
    }
  }

  private struct Output: Decodable {
    var parameter: Parameter?
    struct Parameter: Decodable {
      var value: String?
      enum CodingKeys: String, CodingKey { case value = "Value" }
    }
    enum CodingKeys: String, CodingKey { case parameter = "Parameter" }
  }

  /// A parameter's value, decrypted.
  ///
  /// - Parameter name: or an ARN.
  /// - Returns: nil where there is no such parameter.
  /// - Throws: `AWSError`.
  public func parameter(_ name: String) async throws(AWSError) -> String? {
    let operation = ServiceClient.Operation("GetParameter")
    let output: Output
    do {
      output = try await client.call(operation, Input(name: name))
    } catch {
      if error.code == "ParameterNotFound" { return nil }
      throw error
    }
    guard let value = output.parameter?.value else {
      throw AWSError(.invalidAnswer("the parameter has no value"), client.service, operation.name)
    }
    return value
  }
}
