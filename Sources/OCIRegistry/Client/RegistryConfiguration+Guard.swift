public import HTTP

extension RegistryConfiguration {
  /// What a program that copies between registries may reach: them, where they sign in, what the configuration allows,
  /// and over TLS any server that is not on this machine's inside, as registries keep blobs elsewhere.
  ///
  /// - Parameters:
  ///   - registries: their realms, which were judged.
  ///   - insecure: those of them that may speak plain HTTP by the machine's `registries.conf`.
  public func guardRules(for registries: [String: [JudgedRealm]], insecure: Set<String> = []) -> GuardRules {
    var rules = GuardRules(servers: [:])
    for (registry, realms) in registries {
      let isPlain = usesPlainHTTP(registry) || insecure.contains(registry)
      for endpoint in endpoints(of: registry) {
        rules.servers[endpoint] = reach(of: registry).refused
        if isPlain { rules.plain.insert(endpoint) }
      }
      rules.followsInPlain = rules.followsInPlain || isPlain
      for realm in realms {
        let endpoint = Endpoint(realm.url)
        if rules.servers[endpoint] == nil { rules.servers[endpoint] = realm.closed }
        if realm.url.scheme == "http" { rules.plain.insert(endpoint) }
      }
    }
    // skopeo's own configuration may lead a reference to another registry that is known to be plain.
    for registry in insecureRegistries { rules.plain.formUnion(endpoints(of: registry)) }
    for realm in self.realms {
      guard let url = HTTPURL(realm.hasPrefix("http://") ? realm : "https://\(realm)") else { continue }
      rules.servers[Endpoint(url)] = []
      if url.scheme == "http" { rules.plain.insert(Endpoint(url)) }
    }
    return rules
  }

  /// Where a registry may be connected to: without a port there are two.
  private func endpoints(of registry: String) -> [Endpoint] {
    guard let url = HTTPURL(baseURL(of: RegistryHost.normalised(registry))) else { return [] }
    return url.port == nil
      ? [Endpoint(host: url.host, port: 443), Endpoint(host: url.host, port: 80)] : [Endpoint(url)]
  }
}
