/// A role that other credentials take on.
struct AssumedRole: Sendable, Hashable {
  var session: RoleSession
  var externalID: String?

  func assume(
    as credentials: AWSCredentials, _ fetcher: CredentialFetcher
  ) async throws(AWSCredentialError) -> AWSCredentials {
    try await session.assume(
      "AssumeRole", externalID.map { [("ExternalId", $0)] } ?? [], as: credentials, fetcher)
  }
}
