public import HTTP
public import Support

/// How to talk to registries.
public struct RegistryConfiguration: Sendable {
  /// Registries (`host[:port]`) spoken to in plain HTTP. Loopback registries are, unless listed as secure.
  public var insecureRegistries: Set<String>
  /// Loopback registries that speak TLS all the same.
  public var secureRegistries: Set<String>
  /// Where registries may have sign-ins asked for, and redirect to, though the rules refuse it (`RealmRule`):
  /// `host[:port]`, with `http://` before it where that is plain HTTP.
  public var realms: Set<String>
  /// PEM certificates to trust beside the system's.
  public var caFile: String?
  /// Folders with certificates for single registries: `HostCertificates.roots`.
  public var certificateRoots: [String] = []
  /// The machine's own word about where images are read, as skopeo obeys it; nil where none counts.
  public var machine: MachineRegistries?
  var security = Security.asConfigured
  /// How long a mirror that could not be reached is not waited for again: its time-outs would be those of each image.
  var mirrorPause = Duration.seconds(30)
  /// Requests under way at once to one registry, at most: how many there are is decided by its answers.
  public var maximumConcurrentRequests: Int
  /// A registry that says nothing for the idle time does not answer; what it is asked for takes it milliseconds.
  public var timeouts: HTTPRequest.Timeouts
  /// What one conversation, a look or a list of tags, may take in all, and what one sweep may ask of one registry.
  public var bounds: ConversationBounds
  public var userAgent: String
  public var forceHTTP1: Bool
  /// How failures other than throttling are tried again.
  public var retry: HTTPRetryPolicy
  /// How often one request is sent again after a 429.
  public var throttleRetries: Int
  /// A throttled registry is waited for up to this long; beyond it requests fail at once and say until when.
  public var maximumThrottleWait: Duration
  /// What to wait after a 429 that names no time; its base is the least that is waited after any.
  public var throttleBackoff: Backoff

  public init(
    insecureRegistries: Set<String> = [], secureRegistries: Set<String> = [], realms: Set<String> = [],
    caFile: String? = nil,
    maximumConcurrentRequests: Int = 128,
    timeouts: HTTPRequest.Timeouts = HTTPRequest.Timeouts(connect: .seconds(5), idle: .seconds(15)),
    bounds: ConversationBounds = ConversationBounds(), userAgent: String = "ecrmirror", forceHTTP1: Bool = false,
    retry: HTTPRetryPolicy = .withoutThrottling,
    throttleRetries: Int = 3, maximumThrottleWait: Duration = .seconds(30),
    throttleBackoff: Backoff = Backoff(base: .seconds(2), limit: .seconds(60))
  ) {
    self.insecureRegistries = Set(insecureRegistries.map(RegistryHost.normalised))
    self.secureRegistries = Set(secureRegistries.map(RegistryHost.normalised))
    self.realms = Set(realms.flatMap { Self.spellings(ofRealm: $0.lowercased()) })
    self.caFile = caFile
    self.maximumConcurrentRequests = max(maximumConcurrentRequests, 1)
    self.timeouts = timeouts
    self.bounds = bounds
    self.userAgent = userAgent
    self.forceHTTP1 = forceHTTP1
    self.retry = retry
    self.throttleRetries = throttleRetries
    self.maximumThrottleWait = maximumThrottleWait
    self.throttleBackoff = throttleBackoff
  }

  /// A server is the same one with the port of its scheme and without.
  private static func spellings(ofRealm realm: String) -> [String] {
    let port = realm.hasPrefix("http://") ? ":80" : ":443"
    if realm.hasSuffix(port) { return [realm, String(realm.dropLast(port.count))] }
    let host = realm.hasPrefix("http://") ? realm.dropFirst("http://".count) : realm[...]
    let hasPort = host.last != "]" && host.contains(":")
    return hasPort ? [realm] : [realm, realm + port]
  }

  /// Whether a registry is spoken to without TLS.
  public func usesPlainHTTP(_ registry: String) -> Bool {
    if security != .asConfigured { return security == .plain }
    let registry = RegistryHost.normalised(registry)
    if insecureRegistries.contains(registry) { return true }
    return RegistryHost(registry).kind == .loopback && !secureRegistries.contains(registry)
  }

  /// Where requests to a registry may go, and where it may redirect them to: never to where machines keep their own
  /// secrets, and to this machine itself only from there.
  func reach(of registry: String) -> Reach {
    let isHere = AddressScope(host: RegistryHost(registry).name).contains(.loopback)
    let exceptions = realms.map { $0.hasPrefix("http://") ? String($0.dropFirst(7)) : $0 }
    return Reach(
      refused: .linkLocal, refusedBeyond: isHere ? .linkLocal : [.linkLocal, .loopback], exceptions: Set(exceptions))
  }

  /// A request to a registry, or for it to its token server, with whom it trusts and what it shows of itself: skopeo
  /// asks both alike.
  ///
  /// - Throws: `credentials` where a registry's certificates are there and cannot be used.
  func request(_ request: HTTPRequest, about reference: ImageReference) throws(RegistryError) -> HTTPRequest {
    var request = request
    request.headers["User-Agent"] = userAgent
    request.timeouts = timeouts
    request.forceHTTP1 = forceHTTP1
    request.skipsVerification = security == .unverified
    request.authorities = [caFile].compactMap(\.self)
    guard let own = HostCertificates.find(reference.registry, in: certificateRoots) else { return request }
    if let fault = own.fault {
      throw RegistryError(
        .credentials, subject: reference.familiar, registry: reference.registry, reason: fault)
    }
    request.authorities += own.authorities
    request.clientCertificate = own.client
    return request
  }

  /// Where the registry's API begins, without a slash at the end.
  public func baseURL(of registry: String) -> String {
    let host = registry == RegistryHost.dockerHub ? "registry-1.docker.io" : registry
    return "\(usesPlainHTTP(registry) ? "http" : "https")://\(host)"
  }
}
