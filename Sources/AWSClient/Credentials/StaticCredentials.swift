/// Always the same credentials.
public struct StaticCredentials: CredentialProvider {
  private let keys: AWSCredentials

  public init(_ credentials: AWSCredentials) {
    keys = credentials
  }

  public func credentials() async throws(AWSCredentialError) -> AWSCredentials {
    keys
  }
}
