import FoundationEssentials
import Support

extension AWSCredentials {
  /// Takes what a source handed out.
  ///
  /// - Parameter source: for the message: who it was.
  /// - Throws: where a part is missing, or holds what cannot be sent.
  init(
    id: String?, secret: String?, token: String?, expires: Date?, from source: String
  ) throws(AWSCredentialError) {
    guard let id, let secret, !id.isEmpty, !secret.isEmpty else {
      let missing = id?.isEmpty != false ? "an access key id" : "a secret access key"
      throw AWSCredentialError(.invalid, "\(source) gave an incomplete key: \(missing) is missing")
    }
    guard [id, secret, token ?? ""].allSatisfy({ $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } }) else {
      throw AWSCredentialError(.invalid, "\(source) gave a key with an invalid character")
    }
    let sessionToken = token.flatMap { $0.isEmpty ? nil : $0 }
    self.init(accessKeyID: id, secretAccessKey: secret, sessionToken: sessionToken, expires: expires)
  }

  /// The same, unless they have ended.
  func unexpired(_ now: Date) throws(AWSCredentialError) -> AWSCredentials {
    guard let expires, expires <= now else { return self }
    throw AWSCredentialError(
      .expired,
      "the AWS credentials in use (\(self)) expired at \(expires.rfc3339)",
      advice: "get new credentials, and check this machine's clock")
  }
}
