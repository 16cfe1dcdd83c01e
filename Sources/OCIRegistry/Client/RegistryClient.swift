import FoundationEssentials
public import HTTP
import Support

/// Asks registries about manifests, tags and blobs; changes nothing but for a tag that it is told to put.
///
/// In the steady state a look at a reference costs exactly one HEAD: tokens are kept, what a registry wants for
/// authentication is remembered, and a manifest is read only where a registry's HEAD gives no digest.
public final class RegistryClient: Sendable {
  public let configuration: RegistryConfiguration
  private let transport: any HTTPTransport
  private let credentials: any CredentialSource
  let listing: (any TagListing)?
  /// What tells of repositories and makes them, where registries have calls for that.
  public let repositories: (any RepositoryKeeper)?
  private let authorizer: Authorizer
  private let gates = Lock<[String: RegistryGate]>([:])
  /// What a HEAD's refusal is worth, by registry, once a GET has told.
  let heads = Lock<[String: HeadRefusals]>([:])
  /// For places that the machine calls insecure, and how these speak.
  let relaxed = Lock<[RegistryConfiguration.Security: RegistryClient]>([:])
  /// Mirrors that could not be reached.
  let silent = Lock<[String: (error: RegistryError, until: ContinuousClock.Instant)]>([:])
  let insecure = Lock<[String: (speaksTLS: Bool, until: ContinuousClock.Instant)]>([:])

  enum HeadRefusals: Sendable {
    /// GET was refused alike.
    case tell
    /// GET worked.
    case fail
  }

  /// - Parameters:
  ///   - transport: Without a retry layer: the client itself tries again, as its configuration says.
  ///   - listing: what lists tags with their digests, where registries have a call for that.
  ///   - repositories: what tells of repositories and makes them, where registries have calls for that.
  public init(
    transport: any HTTPTransport, credentials: any CredentialSource,
    configuration: RegistryConfiguration = RegistryConfiguration(), listing: (any TagListing)? = nil,
    repositories: (any RepositoryKeeper)? = nil
  ) {
    self.listing = listing
    self.repositories = repositories
    self.transport = transport
    self.configuration = configuration
    self.credentials = credentials
    authorizer = Authorizer(transport, credentials, configuration)
  }

  /// The same client, less sure of whom it speaks to.
  convenience init(_ client: RegistryClient, _ security: RegistryConfiguration.Security) {
    var configuration = client.configuration
    configuration.security = security
    configuration.machine = nil
    self.init(transport: client.transport, credentials: client.credentials, configuration: configuration)
  }

  /// What is known of each registry asked so far, by name.
  public func status() -> [RegistryStatus] {
    let gates = self.gates.withLock { Array($0.values) }
    let own = gates.map { gate in
      var status = gate.status
      status.tokenRequests = authorizer.requests(for: status.registry)
      return status
    }
    let others = relaxed.withLock { Array($0.values) }.flatMap { $0.status() }
    let names = Set(own.map(\.registry))
    return (own + others.filter { !names.contains($0.registry) }).sorted { $0.registry < $1.registry }
  }

  /// The registry that is asked first about a reference: another one than its own where the machine has it read elsewhere.
  public func firstAsked(about reference: ImageReference, for use: ImageUse) -> String {
    let location = use == .push ? nil : (try? locations(of: reference, for: use))?.first
    return (location?.reference ?? reference).registry
  }

  /// How many requests may be under way at once to a registry just now: it grows while answers stay quick.
  public func width(of registry: String) -> Int { gate(of: registry).width }

  /// One request about a repository, signed in as the registry wants it.
  struct Call: Sendable {
    var method: String
    /// Below the registry's address, with a leading slash.
    var path: String
    var repository: ImageReference
    /// What messages call it, if not by its reference: few calls fail.
    var named: String?
    var accept: String?
    var bodyLimit = 1 << 20
    /// In the place of those of the same name that every call has.
    var headers = HTTPHeaders()
    var body: [UInt8] = []
    /// Whether it writes.
    var isPush: Bool { method == "PUT" }

    var subject: String { named ?? repository.familiar }
  }

  /// A call that was sent, and how it was answered.
  struct Sent: Sendable {
    let authorization: Authorizer.Authorization?
    let outcome: Result<HTTPResponse, HTTPError>
  }

  /// Sends a call once where nothing has to be waited for and nobody asked: nearly every look is that.
  ///
  /// - Returns: nil where it takes more.
  func sendAtOnce(_ call: Call) async -> Sent? {
    guard case .send(let authorization) = authorizer.ready(for: call.repository) else { return nil }
    let gate = self.gate(of: call.repository.registry)
    guard var request = try? self.request(call, authorization, gate), let sent = gate.tryEnter() else { return nil }
    let bound = configuration.bounds.look
    request.timeouts.whole = min(request.timeouts.whole ?? bound, bound)
    let outcome = await transport.outcome(of: request)
    gate.leave(outcome, sent: sent)
    return Sent(authorization: authorization, outcome: outcome)
  }

  /// Sends a call, after signing in where that is asked for. Any status but 401 and 429 is an answer.
  ///
  /// - Parameter sent: what came of it where it was sent once.
  func send(_ call: Call, after sent: Sent? = nil) async throws(RegistryError) -> HTTPResponse {
    let authorization =
      if let sent { sent.authorization } else { try await authorizer.known(for: call.repository, isPush: call.isPush) }
    let first = try await transmit(call, authorization, after: sent?.outcome)
    guard first.status == 401 || authorization == nil && Self.mayHide.contains(first.status) else { return first }
    // A server the registry redirected to gets no credential.
    let isOwn = HTTPURL(first.url)?.authority == HTTPURL(url(of: call))?.authority
    var (challenges, peer) = (isOwn ? first.challenges : [], first.peer)
    if challenges.isEmpty, authorization == nil, isOwn { (challenges, peer) = try await generalChallenge(call) }
    guard
      let better = try await authorizer.answer(
        to: challenges, for: call.repository, refused: authorization, peer: peer, isPush: call.isPush)
    else { return try await unsigned(first, call) }
    var second = try await transmit(call, better)
    if second.status == 401,
      let alone = try await authorizer.answer(toRefusalOf: better, for: call.repository)
    {
      second = try await transmit(call, alone)
    }
    return second.status == 401 ? try await unsigned(second, call) : second
  }

  /// What registries answer to whom they do not know, to hide what there is; some of them say at `/v2/` only what they
  /// want (containerd#3291, keppel#522).
  private static let mayHide: Set = [403, 404]

  /// The challenges of `/v2/`, asked for once for each registry.
  private func generalChallenge(_ call: Call) async throws(RegistryError) -> ([AuthChallenge], IPAddress?) {
    guard !authorizer.knows(call.repository.registry) else { return ([], nil) }
    let ping = Call(method: "GET", path: "/v2/", repository: call.repository, named: call.subject)
    let response: HTTPResponse
    do {
      response = try await transmit(ping, nil)
    } catch {
      if error.kind == .cancelled { throw error }
      return ([], nil)
    }
    if response.status == 200 { authorizer.noteOpen(call.repository.registry) }
    let isOwn = HTTPURL(response.url)?.authority == HTTPURL(url(of: ping))?.authority
    return (response.status == 401 && isOwn ? response.challenges : [], response.peer)
  }

  /// An answer that is final though no sign-in came to it.
  private func unsigned(_ response: HTTPResponse, _ call: Call) async throws(RegistryError) -> HTTPResponse {
    guard response.status == 401 else { return response }
    var error = error(response, call)
    error.searched = await authorizer.searched(for: call.repository)
    error.note = authorizer.untaken(response.challenges, for: call.repository, peer: response.peer)
    throw error
  }

  /// What an answer that is no success means for a call.
  func error(_ response: HTTPResponse, _ call: Call) -> RegistryError {
    RegistryError(response, subject: call.subject, registry: call.repository.registry, now: Date())
  }

  /// What is wrong with an answer that looked like a success.
  func invalid(_ call: Call, _ reason: String) -> RegistryError {
    RegistryError(.invalidAnswer, subject: call.subject, registry: call.repository.registry, reason: reason)
  }

  private func url(of call: Call) -> String {
    configuration.baseURL(of: call.repository.registry) + call.path
  }

  private func request(
    _ call: Call, _ authorization: Authorizer.Authorization?, _ gate: RegistryGate
  ) throws(RegistryError) -> HTTPRequest {
    let door = try gate.door { () throws(RegistryError) in try RegistryDoor(call.repository, configuration) }
    var request = door.request(call.method, call.path)
    request.bodyLimit = call.bodyLimit
    request.body = call.body
    if let accept = call.accept { request.headers.add("Accept", accept) }
    if let authorization { request.headers.add("Authorization", authorization.header) }
    for field in call.headers { request.headers[field.name] = field.value }
    return request
  }

  /// Sends a call as it is, again where a failure may pass, and waits for a throttled registry within bounds.
  ///
  /// - Parameter outcome: of the first time, where it was sent already.
  func transmit(
    _ call: Call, _ authorization: Authorizer.Authorization?, after outcome: Result<HTTPResponse, HTTPError>? = nil
  ) async throws(RegistryError) -> HTTPResponse {
    let gate = self.gate(of: call.repository.registry)
    let request = try self.request(call, authorization, gate)
    var known = outcome
    func failure(_ kind: RegistryError.Kind) -> RegistryError {
      RegistryError(kind, subject: call.subject, registry: call.repository.registry)
    }
    var attempt = 1
    var throttled = 0
    while true {
      let outcome: Result<HTTPResponse, HTTPError>
      if let first = known {
        outcome = first
        known = nil
      } else {
        let sent: ContinuousClock.Instant
        do throws(RegistryGate.Refusal) {
          sent = try await gate.enter()
        } catch {
          switch error {
          case .cancelled: throw failure(.cancelled)
          case .throttled(let date): throw failure(.throttled(until: date))
          }
        }
        outcome = await transport.outcome(of: request)
        gate.leave(outcome, sent: sent)
      }

      if case .success(let response) = outcome, response.status == 429 {
        throttled += 1
        guard throttled > configuration.throttleRetries else { continue }
        var error = self.error(response, call)
        error.kind = .throttled(until: gate.status.blockedUntil)
        throw error
      }
      let wait = configuration.retry.wait(method: call.method, attempt: attempt, outcome: outcome, now: Date())
      if let wait {
        do { try await Task.sleep(for: wait) } catch { throw failure(.cancelled) }
        attempt += 1
        continue
      }
      switch outcome {
      case .success(let response): return response
      case .failure(let error):
        throw RegistryError(error, subject: call.subject, registry: call.repository.registry)
      }
    }
  }

  func gate(of registry: String) -> RegistryGate {
    gates.withLock { gates in
      if let gate = gates[registry] { return gate }
      let gate = RegistryGate(registry, configuration)
      gates[registry] = gate
      return gate
    }
  }
}
