public import HTTP

/// Where a registry has its sign-ins asked for, with the addresses at which that must not be.
public struct JudgedRealm: Sendable, Equatable {
  public let url: HTTPURL
  public let closed: AddressScope
}

extension RegistryClient {
  /// Where a registry has its sign-ins asked for, as it tells whoever asks unsigned; each may be asked (`RealmRule`).
  ///
  /// Asked as skopeo asks, since some answer it otherwise. It follows whichever challenge it likes: one realm that is refused refuses all.
  /// - Throws: `misdirected` where a realm is refused.
  public func realms(of repository: ImageReference) async throws(RegistryError) -> [JudgedRealm] {
    try await realms(of: ImageLocation(repository))
  }

  /// The same for a location that the machine named.
  public func realms(of location: ImageLocation) async throws(RegistryError) -> [JudgedRealm] {
    try await client(at: location).ownRealms(of: location.reference)
  }

  private func ownRealms(of repository: ImageReference) async throws(RegistryError) -> [JudgedRealm] {
    try await bounded(configuration.bounds.look, "the check", about: repository) { () async throws(RegistryError) in
      var call = Call(method: "GET", path: "/v2/", repository: repository, named: repository.familiar)
      call.headers = ["User-Agent": "skopeo/1.9.3", "Docker-Distribution-API-Version": "registry/2.0"]
      let response = try await self.transmit(call, nil)
      let rule = RealmRule(repository.registry, peer: response.peer, self.configuration)
      var realms: [JudgedRealm] = []
      for challenge in response.challenges {
        guard let server = TokenServer(challenge) else { continue }
        do throws(RealmRule.Refusal) {
          let judged = try server.judged(by: rule)
          realms.append(JudgedRealm(url: judged.realm, closed: judged.reach.refused))
        } catch {
          throw RegistryError(error, repository)
        }
      }
      return realms
    }
  }
}
