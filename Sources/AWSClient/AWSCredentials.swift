/// A key that signs requests. No description shows its secret.
public struct AWSCredentials: Sendable, Equatable {
  public let accessKeyID: String
  let secretAccessKey: String
  /// Of temporary credentials.
  let sessionToken: String?

  public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
  }
}

extension AWSCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "the key \(accessKeyID)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
