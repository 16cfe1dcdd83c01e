import Support

/// The tokens in use, one for each registry and scope, each fetched once however many requests want it.
final class TokenCache: Sendable {
  struct Key: Hashable, Sendable {
    var registry: String
    var scope: String
  }

  private struct Kept {
    var tokens: [Key: BearerToken] = [:]
    /// Expired tokens are swept out when there are this many.
    var sweepAt = 1024
  }

  private let kept = Lock(Kept())
  private let flights = SingleFlight<Key, BearerToken, RegistryError>()

  /// The token kept for this key, unless it has expired.
  func token(for key: Key) -> BearerToken? {
    kept.withLock { kept in
      kept.tokens[key].flatMap { $0.expires > .now ? $0 : nil }
    }
  }

  /// A fresh token. A failure reaches those who wait and is not remembered.
  func fetch(
    _ key: Key, _ make: @escaping @Sendable () async -> Result<BearerToken, RegistryError>
  ) async throws(CancellationError) -> Result<BearerToken, RegistryError> {
    try await flights.value(for: key) { [self] in
      let outcome = await make()
      if case .success(let token) = outcome { keep(token, for: key) }
      return outcome
    }
  }

  /// Waits while a token is being fetched for this key.
  func settled(_ key: Key) async throws(CancellationError) { try await flights.settled(key) }

  /// Forgets a token the registry refused, unless another one has taken its place.
  func discard(_ token: BearerToken, for key: Key) {
    kept.withLock { kept in
      if kept.tokens[key] == token { kept.tokens[key] = nil }
    }
  }

  func keep(_ token: BearerToken, for key: Key) {
    kept.withLock { kept in
      kept.tokens[key] = token
      guard kept.tokens.count >= kept.sweepAt else { return }
      let now = ContinuousClock.now
      kept.tokens = kept.tokens.filter { $0.value.expires > now }
      kept.sweepAt = max(1024, kept.tokens.count * 2)
    }
  }
}
