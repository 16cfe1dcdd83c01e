import HTTP
import Support

/// Whether a registry may have its sign-ins asked for at the realm it names: a registry decides by it where this
/// machine sends requests, and a password with them.
///
/// What a name stands for is judged again when it is connected to, by `reach`.
struct RealmRule: Sendable, Equatable {
  /// The registry is spoken to in plain HTTP itself.
  let isPlain: Bool
  /// The registry is on this machine itself, by its name or by the address that answered.
  let isHere: Bool
  /// What the configuration lets realms be: `host[:port]`, with `http://` before it for plain HTTP.
  let allowed: Set<String>

  init(isPlain: Bool, isHere: Bool, allowed: Set<String> = []) {
    self.isPlain = isPlain
    self.isHere = isHere
    self.allowed = allowed
  }

  /// - Parameter peer: the address that named the realm; nil where a proxy was between.
  init(_ registry: String, peer: IPAddress?, _ configuration: RegistryConfiguration) {
    let isNamedHere = AddressScope(host: RegistryHost(registry).name).contains(.loopback)
    self.init(
      isPlain: configuration.usesPlainHTTP(registry),
      isHere: isNamedHere || peer.map { AddressScope($0).contains(.loopback) } ?? false, allowed: configuration.realms)
  }

  /// Why a realm is refused, and what would allow it.
  struct Refusal: Error, Equatable {
    enum Reason: Sendable, Equatable {
      /// A password would cross the network for all to read.
      case plainHTTP
      case loopback
      case linkLocal
    }

    let reason: Reason
    let realm: HTTPURL

    /// What to list as one of `realms` to allow it.
    var setting: String { realm.realmSetting }

    var text: String {
      switch reason {
      case .plainHTTP: "a password sent there could be read in transit"
      case .loopback: "it is \(AddressScope.loopback.text), and the registry is elsewhere"
      case .linkLocal: "it is \(AddressScope.linkLocal.text)"
      }
    }
  }

  /// The addresses at which the realm may be asked.
  ///
  /// - Throws: where it may not be asked at all.
  func reach(of realm: HTTPURL) throws(Refusal) -> Reach {
    let isHTTP = realm.scheme == "http"
    if allowed.contains(realm.realmSetting) { return .everywhere }
    let scope = AddressScope(host: realm.host)
    if scope.contains(.linkLocal) { throw Refusal(reason: .linkLocal, realm: realm) }
    if scope.contains(.loopback), !isHere { throw Refusal(reason: .loopback, realm: realm) }
    // Plain HTTP that stays on this machine is as good as TLS; what leaves it is not.
    guard !isHTTP || (isPlain && (!isHere || scope.contains(.loopback))) else {
      throw Refusal(reason: .plainHTTP, realm: realm)
    }
    return Reach(refused: isHere ? .linkLocal : [.linkLocal, .loopback])
  }
}

extension HTTPURL {
  /// How the configuration's list of realms names this one.
  var realmSetting: String { (scheme == "http" ? "http://" : "") + authority }
}

extension RegistryError {
  /// A challenge for a token that names no place to ask for one: some registries behind a proxy build it of headers that
  /// the proxy does not send, or sends otherwise (nexus-public#565, nexus-public#611).
  ///
  /// - Returns: nil for other challenges.
  init?(unusable challenge: AuthChallenge, _ repository: ImageReference) {
    guard challenge.scheme == "bearer" else { return nil }
    let realm = challenge.parameters["realm"].map { "\"\($0)\"" } ?? "nothing"
    self.init(
      .invalidAnswer, subject: repository.familiar, registry: repository.registry,
      reason:
        "it names \(realm.cleaned.shortened(to: 120)) as the address for sign-in, which is not a valid address; set X-Forwarded-Proto and X-Forwarded-Host in the proxy in front of it"
    )
  }

  init(_ refusal: RealmRule.Refusal, _ repository: ImageReference) {
    self.init(
      .misdirected(setting: refusal.setting), subject: repository.familiar, registry: repository.registry,
      reason: "it names \(refusal.realm.text) as the address for sign-in, and \(refusal.text)")
  }
}
