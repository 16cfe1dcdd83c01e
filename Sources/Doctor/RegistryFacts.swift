import AWSClient
import FoundationEssentials
import OCIRegistry
import Support

/// What mirrors want of a registry.
struct RegistryNeed: Sendable, Equatable {
  /// An image on it, to sign in for: of a source where there is one.
  var location: ImageLocation
  var isDestination = false
  /// Nothing but a mirror of `registries.conf`, without which copies are made all the same.
  var isMirror = false

  var reference: ImageReference { location.reference }
}

/// How a registry answered.
struct RegistryFacts: Sendable {
  var need: RegistryNeed
  var isPlainHTTP = false
  var signIn: Result<SignIn, any Error>
  var ping: Result<RegistryClient.Ping, RegistryError>
  /// Whether what is mirrored may be looked at there; a reference that is not there counts as looked at.
  var look: Result<Void, RegistryError>
  var status: RegistryStatus?
  /// The folder with certificates for it alone, if there is one.
  var certificates: String?
  /// Whether a push may take layers that another repository has; nil where the registry does not tell.
  var sharesLayers: Bool?

  var check: HealthCheck {
    let registry = need.reference.registry
    let name = "registry \(registry)"
    let user: SignIn
    switch signIn {
    case .success(let signIn): user = signIn
    case .failure(let error):
      return HealthCheck(name, failed: error, advice: "sign in again with `skopeo login \(registry)`")
    }
    let ping: RegistryClient.Ping
    do throws(RegistryError) {
      ping = try self.ping.get()
      try look.get()
    } catch {
      let isPassing = if case .throttled = error.kind { true } else { need.isMirror && !need.isDestination }
      let status = isPassing ? HealthCheck.Status.warning : .failed
      let seen = user == .anonymous ? error.sentence : "\(error.sentence); signed in as \(user.text)"
      return HealthCheck(name, status, seen, advice: error.advice ?? Self.advice(error.kind))
    }
    let who = ping.wantsSignIn || user != .anonymous ? user.text : "no sign-in needed"
    var seen = [isPlainHTTP ? "answers in plain HTTP" : "answers", who]
    if need.isMirror { seen.append("a mirror in registries.conf") }
    if need.location.isInsecure, !isPlainHTTP { seen.append("with any certificate or none, as registries.conf says") }
    if let certificates, !isPlainHTTP { seen.append("certificates of \(certificates)") }
    if let sharesLayers {
      seen.append(
        sharesLayers
          ? "its repositories share layers"
          : "its repositories share no layers (`aws ecr put-account-setting --name BLOB_MOUNTING --value ENABLED` lets them)"
      )
    }
    if need.isDestination, ping.wantsSignIn, user == .anonymous {
      return HealthCheck(
        name, .warning, "not signed in, and copies go there", advice: "sign in with `skopeo login \(registry)`")
    }
    if let left = status?.remaining?.count {
      let limit = status?.limit?.count
      seen.append("\(left)\(limit.map { "/\($0)" } ?? "") pulls left")
      if status?.hasFewPulls == true {
        let until = status?.resetsAt.map { ", full again by \($0.rfc3339)" } ?? ""
        return HealthCheck(
          name, .warning, seen.joined(separator: ", ") + until,
          advice: "sign in with an account that may pull more, or copy later")
      }
    }
    return HealthCheck(name, .ok, seen.joined(separator: ", "))
  }

  private static func advice(_ kind: RegistryError.Kind) -> String? {
    switch kind {
    case .unreachable, .timeout: "check its name, the network, and the proxy variables (HTTPS_PROXY, NO_PROXY)"
    case .invalidAnswer, .server: "check that the address is a registry's, and check its log"
    case .throttled: "wait, or sign in with an account that has a higher limit"
    default: nil
    }
  }

  /// Asks.
  static func look(
    _ need: RegistryNeed, _ registries: RegistryClient, _ credentials: any CredentialSource, isPlainHTTP: Bool
  ) async -> RegistryFacts {
    let reference = need.reference
    let signIn: Result<SignIn, any Error>
    do {
      signIn = .success(
        SignIn(try await credentials.credential(for: reference.registry, repository: reference.repository)))
    } catch {
      signIn = .failure(error)
    }
    var facts = RegistryFacts(
      need: need, isPlainHTTP: isPlainHTTP, signIn: signIn, ping: .failure(.unasked(reference)), look: .success(()))
    facts.certificates =
      HostCertificates.find(reference.registry, in: registries.configuration.certificateRoots)?.folder
    guard case .success = signIn else { return facts }
    do throws(RegistryError) {
      let client = try await registries.client(at: need.location)
      facts.ping = .success(try await client.ping(reference))
      _ = try await client.head(reference)
    } catch {
      if case .failure = facts.ping { facts.ping = .failure(error) }
      if error.kind != .notFound { facts.look = .failure(error) }
    }
    if need.isDestination { facts.sharesLayers = await registries.repositories?.sharesLayers(reference.registry) }
    facts.status = registries.status().first { $0.registry == reference.registry }
    return facts
  }
}

extension RegistryError {
  fileprivate static func unasked(_ reference: ImageReference) -> RegistryError {
    RegistryError(.cancelled, subject: reference.familiar, registry: reference.registry)
  }
}
