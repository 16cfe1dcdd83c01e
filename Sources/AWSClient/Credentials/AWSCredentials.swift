public import FoundationEssentials

/// A key that signs requests. No description shows its secret.
public struct AWSCredentials: Sendable, Hashable {
  public let accessKeyID: String
  let secretAccessKey: String
  /// Of temporary credentials.
  let sessionToken: String?
  /// When temporary credentials end; nil for those that do not.
  public let expires: Date?

  public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expires: Date? = nil) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
    self.expires = expires
  }
}

extension AWSCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "the key \(accessKeyID)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
