import HTTP
import Testing

@testable import OCIRegistry

@Suite struct GuardRulesTests {
  private let configuration = RegistryConfiguration(
    insecureRegistries: ["plain.lan:5000", "elsewhere.lan"], realms: ["127.0.0.1:5001", "http://auth.lan"])

  /// Between a registry with TLS, whose realm is elsewhere, and one in plain HTTP.
  private func rules(_ registries: [String]) throws -> GuardRules {
    let realm = JudgedRealm(
      url: try #require(HTTPURL("https://auth.example/token")), closed: [.loopback, .linkLocal])
    return configuration.guardRules(
      for: Dictionary(uniqueKeysWithValues: registries.map { ($0, $0 == "r.example" ? [realm] : []) }))
  }

  @Test(
    "TLS goes wherever blobs may be kept, and not to this machine's inside",
    arguments: [
      ("r.example:443", AddressScope.linkLocal), ("auth.example:443", [.loopback, .linkLocal]),
      ("cdn.example:443", [.loopback, .linkLocal]), ("r.example:8443", [.loopback, .linkLocal]),
      ("plain.lan:5000", .linkLocal), ("127.0.0.1:5001", []), ("127.0.0.1:5002", nil), ("localhost:443", nil),
      ("2130706433:443", nil), ("169.254.169.254:443", nil), ("[fd00:ec2::254]:443", nil),
    ] as [(String, AddressScope?)])
  func tunnels(authority: String, closed: AddressScope?) throws {
    let endpoint = try #require(Endpoint(authority: authority))
    let found = try? rules(["r.example", "plain.lan:5000"]).closed(toTunnel: endpoint)
    #expect(found == closed)
  }

  @Test(
    "Plain HTTP goes to who speaks it, and beside them to read without a password",
    arguments: [
      // Between two registries with TLS nothing is plain, but for what the configuration names.
      ("GET", "r.example:80", true, false, false), ("PUT", "r.example:80", false, false, false),
      ("GET", "auth.example:80", true, false, false), ("GET", "auth.lan:80", true, true, true),
      ("PATCH", "plain.lan:5000", true, true, true), ("GET", "elsewhere.lan:80", true, true, true),
      ("GET", "cdn.example:80", false, false, true), ("HEAD", "cdn.example:80", false, false, true),
      ("GET", "cdn.example:80", true, false, false), ("POST", "cdn.example:80", false, false, false),
      ("PATCH", "cdn.example:80", true, false, false), ("GET", "169.254.169.254:80", false, false, false),
      ("GET", "0x7f.1:80", false, false, false),
    ] as [(String, String, Bool, Bool, Bool)])
  func plain(method: String, authority: String, holdsSecret: Bool, amongTLS: Bool, besidePlain: Bool) throws {
    let endpoint = try #require(Endpoint(authority: authority))
    let found = try [rules(["r.example", "s.example"]), rules(["r.example", "plain.lan:5000"])].map { rules in
      (try? rules.closed(toPlain: method, endpoint, holdsSecret: holdsSecret)) != nil
    }
    #expect(found == [amongTLS, besidePlain])
  }

  @Test func dockerHubIsWhereItsNameDoesNotSay() throws {
    let rules = RegistryConfiguration().guardRules(for: ["docker.io": []])
    #expect(rules.servers.keys.contains(Endpoint(host: "registry-1.docker.io", port: 443)))
    #expect(rules.plain.isEmpty)
  }
}
