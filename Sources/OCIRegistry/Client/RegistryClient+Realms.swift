public import HTTP

extension RegistryClient {
  /// Where a registry has its sign-ins asked for, as it tells whoever asks unsigned; each may be asked (`RealmRule`).
  ///
  /// Another program that signs in there follows whichever challenge it likes: one realm that is refused refuses all.
  /// - Throws: `misdirected` where a realm is refused.
  public func realms(of repository: ImageReference) async throws(RegistryError) -> [HTTPURL] {
    try await bounded(configuration.bounds.look, "the look", about: repository) { () async throws(RegistryError) in
      let call = Call(
        method: "GET", path: "/v2/", repository: repository, subject: repository.familiar, accept: "application/json")
      let response = try await self.transmit(call, nil)
      let rule = RealmRule(repository.registry, peer: response.peer, self.configuration)
      var realms: [HTTPURL] = []
      for challenge in response.headers.all("WWW-Authenticate").flatMap(AuthChallenge.parse) {
        guard let server = TokenServer(challenge) else { continue }
        do throws(RealmRule.Refusal) {
          realms.append(try server.judged(by: rule).realm)
        } catch {
          throw RegistryError(error, repository)
        }
      }
      return realms
    }
  }
}
