import Support

/// A role that whoever holds a token of another identity provider takes on.
struct WebIdentity: Sendable, Hashable {
  var session: RoleSession
  /// Read again each time: who made it puts newer ones there.
  var tokenFile: String

  func assume(_ fetcher: CredentialFetcher) async throws(AWSCredentialError) -> AWSCredentials {
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try readFile(tokenFile, limit: 64 << 10)
    } catch {
      throw AWSCredentialError(.unavailable, "the web identity token for the role \(session.roleARN): \(error)")
    }
    let token = String(String(decoding: bytes, as: UTF8.self).trimmedOfBlanks)
    guard !token.isEmpty else {
      throw AWSCredentialError(.unavailable, "the web identity token file \(tokenFile) is empty")
    }
    return try await session.assume(
      "AssumeRoleWithWebIdentity", [("WebIdentityToken", token)], as: nil, fetcher)
  }
}
