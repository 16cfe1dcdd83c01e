import FoundationEssentials
import HTTP
import Support

/// Finds what to put into `Authorization` for a repository, and remembers what a registry wants to see.
final class Authorizer: Sendable {
  /// What goes into the header, and how it was come by.
  enum Authorization: Sendable, Equatable {
    case basic(String)
    case bearer(BearerToken, TokenRequest, isFresh: Bool)

    var header: String {
      switch self {
      case .basic(let header): header
      case .bearer(let token, _, _): "Bearer \(token.text)"
      }
    }
  }

  /// Where a token came from, and what it is for.
  struct TokenRequest: Sendable, Equatable {
    var server: TokenServer
    var scope: String
  }

  private enum Scheme: Sendable, Equatable {
    /// It was asked what it wants, and wants nothing.
    case open
    case basic
    case bearer(TokenServer, TokenScope)
  }

  private let transport: any HTTPTransport
  private let credentials: any CredentialSource
  private let configuration: RegistryConfiguration
  private let schemes = Lock<[String: Scheme]>([:])
  private let tokens = TokenCache()
  private let asked = Lock<[String: Int]>([:])
  private let batches = Lock(TokenBatches())
  /// Where requests for tokens stand in line, by their servers.
  private let lines = Lock<[String: RequestLine]>([:])

  init(_ transport: any HTTPTransport, _ credentials: any CredentialSource, _ configuration: RegistryConfiguration) {
    self.transport = RetryingTransport(transport)
    self.credentials = credentials
    self.configuration = configuration
  }

  /// What to send at once, by what the registry asked for before; nil where nothing is known.
  ///
  /// - Parameter isPush: whether something is to be written.
  func known(for repository: ImageReference, isPush: Bool = false) async throws(RegistryError) -> Authorization? {
    switch schemes.withLock({ $0[repository.registry] }) {
    case nil, .open: return nil
    case .basic: return try await basic(repository)
    case .bearer(let server, let scope):
      guard let scope = scope.scope(for: repository, isPush: isPush) else { return nil }
      do throws(RegistryError) {
        return try await bearer(repository, TokenRequest(server: server, scope: scope))
      } catch {
        // The server may have moved: the next request hears of it from the registry.
        if error.kind != .cancelled { schemes.withLock { $0[repository.registry] = nil } }
        throw error
      }
    }
  }

  /// What is known without asking anybody.
  enum Ready: Sendable {
    /// Send this, or nothing.
    case send(Authorization?)
    case unknown
  }

  func ready(for repository: ImageReference) -> Ready {
    switch schemes.withLock({ $0[repository.registry] }) {
    case nil, .open: return .send(nil)
    case .basic: return .unknown
    case .bearer(let server, let scope):
      guard let scope = scope.scope(for: repository) else { return .unknown }
      let request = TokenRequest(server: server, scope: scope)
      guard let token = tokens.token(for: key(repository, request)) else { return .unknown }
      return .send(.bearer(token, request, isFresh: false))
    }
  }

  /// Whether it is known how the registry wants requests to be signed in.
  func knows(_ registry: String) -> Bool { schemes.withLock { $0[registry] != nil } }

  /// How often a token of the registry was asked for.
  func requests(for registry: String) -> Int { asked.withLock { $0[registry] ?? 0 } }

  /// Keeps that a registry wants no sign-in.
  func noteOpen(_ registry: String) {
    schemes.withLock { schemes in
      if schemes[registry] == nil { schemes[registry] = .open }
    }
  }

  /// Where a sign-in was looked for; nil where one was found.
  func searched(for repository: ImageReference) async -> String? {
    do {
      if try await credential(for: repository) != nil { return nil }
    } catch {
      return nil
    }
    return await credentials.searched(for: repository.registry)
  }

  /// What to send after a 401; nil where there is nothing better than what was refused.
  ///
  /// - Parameters:
  ///   - peer: where the challenges came from; nil where a proxy was between.
  ///   - isPush: whether something is to be written.
  /// - Throws: `misdirected` where every way to sign in is refused by `RealmRule`, among others.
  func answer(
    to challenges: [AuthChallenge], for repository: ImageReference, refused: Authorization?, peer: IPAddress?,
    isPush: Bool = false
  ) async throws(RegistryError) -> Authorization? {
    let rule = RealmRule(repository.registry, peer: peer, configuration)
    var refusal: RegistryError?
    for challenge in challenges {
      guard let named = TokenServer(challenge) else {
        refusal = refusal ?? RegistryError(unusable: challenge, repository)
        continue
      }
      let server: TokenServer
      do throws(RealmRule.Refusal) {
        server = try named.judged(by: rule)
      } catch {
        refusal = refusal ?? RegistryError(error, repository)
        continue
      }
      let told = challenge.parameters["scope"]
      let rule = TokenScope(challenge: told, repository: repository, isPush: isPush)
      schemes.withLock { $0[repository.registry] = .bearer(server, rule) }
      let scope =
        rule.scope(for: repository, isPush: isPush) ?? told?.split(separator: " ").first.map(String.init) ?? ""
      let request = TokenRequest(server: server, scope: scope)
      if case .bearer(let token, let former, let isFresh) = refused {
        if isFresh, former == request { return try await alone(token, former, repository) }
        tokens.discard(token, for: key(repository, former))
      }
      return try await bearer(repository, request)
    }
    guard challenges.contains(where: { $0.scheme == "basic" }) else {
      if let refusal { throw refusal }
      return nil
    }
    schemes.withLock { $0[repository.registry] = .basic }
    if case .basic = refused { return nil }
    let authorization = try await basic(repository)
    // Who has no password there needs none, perhaps, where a token would do.
    if authorization == nil, let refusal { throw refusal }
    return authorization
  }

  /// What to send after a 401 to what `answer` gave; nil where there is nothing better.
  func answer(toRefusalOf refused: Authorization, for repository: ImageReference) async throws(RegistryError)
    -> Authorization?
  {
    guard case .bearer(let token, let request, isFresh: true) = refused else { return nil }
    return try await alone(token, request, repository)
  }

  /// A token for one repository in the place of one for several, which was refused: a token server may hand out what its
  /// registry does not take. Nil where it was for one.
  private func alone(
    _ token: BearerToken, _ request: TokenRequest, _ repository: ImageReference
  ) async throws(RegistryError) -> Authorization? {
    guard TokenGrant.scopes(token.text).count > 1 else { return nil }
    batches.withLock { $0.takesOne(repository.registry) }
    tokens.discard(token, for: key(repository, request))
    return try await bearer(repository, request)
  }

  /// Why a way to sign in was not taken, beside another that did not help; nil where each was.
  func untaken(
    _ challenges: [AuthChallenge], for repository: ImageReference, peer: IPAddress?
  ) -> String? {
    let rule = RealmRule(repository.registry, peer: peer, configuration)
    for challenge in challenges {
      guard let server = TokenServer(challenge) else {
        guard let fault = RegistryError(unusable: challenge, repository) else { continue }
        return fault.reason
      }
      do throws(RealmRule.Refusal) {
        _ = try server.judged(by: rule)
      } catch {
        return RegistryError(error, repository).reason
      }
    }
    return nil
  }

  private func basic(_ repository: ImageReference) async throws(RegistryError) -> Authorization? {
    guard case .basic(let username, let password) = try await credential(for: repository) else { return nil }
    return .basic(basicAuthorization(username, password))
  }

  private func bearer(
    _ repository: ImageReference, _ request: TokenRequest
  ) async throws(RegistryError) -> Authorization {
    let key = key(repository, request)
    if let token = tokens.token(for: key) { return .bearer(token, request, isFresh: false) }
    let upcoming = UpcomingLooks.current
    do {
      if let leader = batches.withLock({ $0.leader(of: request.scope, repository.registry) }) {
        // The request for another one's brings it, or it does not.
        try await tokens.settled(TokenCache.Key(registry: repository.registry, scope: leader))
        if let token = tokens.token(for: key) { return .bearer(token, request, isFresh: true) }
      }
      let outcome = try await tokens.fetch(key) { [self] in
        await fetch(repository, request, upcoming: upcoming?.repositories(repository.registry) ?? [])
      }
      return .bearer(try outcome.get(), request, isFresh: true)
    } catch let error as RegistryError {
      throw error
    } catch {
      throw RegistryError(.cancelled, subject: repository.familiar, registry: repository.registry)
    }
  }

  /// Asks for a token, and with it for those of repositories that are next. What comes of these is kept where the token
  /// says itself that it is good for them: some registries call a repository missing for which it is not.
  private func fetch(
    _ repository: ImageReference, _ wanted: TokenRequest, upcoming: [ImageReference]
  ) async -> Result<BearerToken, RegistryError> {
    let others = await others(than: repository, wanted, upcoming)
    defer { batches.withLock { $0.end(wanted.scope, of: repository.registry) } }
    guard !others.isEmpty else { return await fetch(repository, wanted, others: []) }
    let outcome = await fetch(repository, wanted, others: others)
    switch outcome {
    case .success(let token):
      let granted = TokenGrant.scopes(token.text)
      // Also where the one that was wanted is not to be had: that says nothing of the others.
      for scope in others where granted.contains(scope) {
        tokens.keep(token, for: TokenCache.Key(registry: repository.registry, scope: scope))
      }
      if granted.isDisjoint(with: others) { batches.withLock { $0.takesOne(repository.registry) } }
      if granted.contains(wanted.scope) { return outcome }
    case .failure(let error):
      // A server that is out of reach, or is asked too often as it is, is asked no sooner for less.
      if error.isAboutNoScope { return outcome }
      batches.withLock { $0.takesOne(repository.registry) }
    }
    return await fetch(repository, wanted, others: [])
  }

  /// The scopes of repositories that are next, have no token, and are signed in to as this one is.
  private func others(
    than repository: ImageReference, _ wanted: TokenRequest, _ upcoming: [ImageReference]
  ) async -> [String] {
    guard !upcoming.isEmpty, case .bearer(_, .byName)? = schemes.withLock({ $0[repository.registry] }),
      wanted.scope == TokenScope.byName.scope(for: repository)
    else { return [] }
    var scopes: [String] = []
    do throws(RegistryError) {
      let own = try await credential(for: repository)
      for other in upcoming.prefix(TokenBatches.most * 2) {
        guard let scope = TokenScope.byName.scope(for: other),
          tokens.token(for: TokenCache.Key(registry: repository.registry, scope: scope)) == nil,
          try await credential(for: other) == own
        else { continue }
        scopes.append(scope)
      }
    } catch {
      return []
    }
    return batches.withLock { $0.begin(wanted.scope, of: repository.registry, upcoming: scopes) }
  }

  private func fetch(
    _ repository: ImageReference, _ wanted: TokenRequest, others: [String]
  ) async -> Result<BearerToken, RegistryError> {
    func failure(_ kind: RegistryError.Kind, _ reason: String = "") -> Result<BearerToken, RegistryError> {
      .failure(RegistryError(kind, subject: repository.familiar, registry: repository.registry, reason: reason))
    }
    let line = line(to: wanted.server.realm.authority)
    do { try await line.acquire() } catch { return failure(.cancelled) }
    let asked = ContinuousClock.now
    var outcome: Result<HTTPResponse, HTTPError>?
    defer { if let outcome { line.leave(outcome, sent: asked) } else { line.release() } }
    do throws(RegistryError) {
      var request = try configuration.request(
        wanted.server.request(scopes: [wanted.scope] + others, credential: try await credential(for: repository)),
        about: repository
      )
      request.bodyLimit = 1 << 20
      self.asked.withLock { $0[repository.registry, default: 0] += 1 }
      let answer = await transport.outcome(of: request)
      outcome = answer
      switch answer {
      case .failure(let error):
        var failure = RegistryError(error, subject: repository.familiar, registry: repository.registry)
        if case .misdirected = failure.kind { failure.kind = .misdirected(setting: wanted.server.realm.realmSetting) }
        return .failure(failure)
      case .success(let response) where response.status != 200:
        var error = RegistryError(
          response, subject: repository.familiar, registry: repository.registry, now: Date())
        // Status 404 is about the token server's own address, not about the image.
        if error.kind == .notFound { error.kind = .server(status: response.status) }
        let server = "its token server \(wanted.server.realm.authority) answered \(response.status)"
        error.reason = error.reason.isEmpty ? server : "\(server): \(error.reason)".shortened(to: 300)
        return .failure(error)
      case .success(let response):
        guard let token = BearerToken(json: response.body, asked: asked) else {
          return failure(.invalidAnswer, "its token server \(wanted.server.realm.authority) sent no token")
        }
        return .success(token)
      }
    } catch {
      return .failure(error)
    }
  }

  private func line(to server: String) -> RequestLine {
    lines.withLock { lines in
      if let line = lines[server] { return line }
      let line = RequestLine(most: configuration.maximumConcurrentRequests)
      lines[server] = line
      return line
    }
  }

  private func credential(for repository: ImageReference) async throws(RegistryError) -> RegistryCredential? {
    do {
      return try await credentials.credential(for: repository.registry, repository: repository.repository)
    } catch {
      let kind: RegistryError.Kind = error is CancellationError ? .cancelled : .credentials
      throw RegistryError(
        kind, subject: repository.familiar, registry: repository.registry,
        reason: kind == .cancelled ? "" : String(describing: error))
    }
  }

  private func key(_ repository: ImageReference, _ request: TokenRequest) -> TokenCache.Key {
    TokenCache.Key(registry: repository.registry, scope: request.scope)
  }
}

extension RegistryError {
  /// Whether a token server that answered so would say the same to a request for less.
  fileprivate var isAboutNoScope: Bool {
    switch kind {
    case .cancelled, .unreachable, .timeout, .throttled, .credentials, .misdirected: true
    default: false
    }
  }
}
