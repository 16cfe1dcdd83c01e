import AWSClient
import FoundationEssentials
import Support

/// Tokens of ECR, one for each region, made new before they end.
final class ECRTokens: Sendable {
  private enum Registry: Hashable, Sendable {
    case region(String)
    case gallery
  }

  private let connection: AWSConnection
  private let tokens = Lock<[Registry: ECRToken]>([:])
  private let flights = SingleFlight<Registry, ECRToken, AWSError>()

  /// What is left of a token's 12 hours when a new one is made: a job that begins now can run as long.
  private static let margin: TimeInterval = 6 * 3600

  init(_ connection: AWSConnection) {
    self.connection = connection
  }

  /// A token for the private registries of a region.
  ///
  /// - Throws: `AWSError`, `CancellationError`.
  func token(region: String) async throws -> ECRToken {
    try await token(.region(region)) { [connection] () throws(AWSError) in
      try await ECRClient(connection.inRegion(region)).authorizationToken()
    }
  }

  /// A token for the public gallery.
  ///
  /// - Throws: `AWSError`, `CancellationError`.
  func galleryToken() async throws -> ECRToken {
    try await token(.gallery) { [connection] () throws(AWSError) in
      try await ECRPublicClient(connection).authorizationToken()
    }
  }

  private func token(
    _ registry: Registry, _ make: @escaping @Sendable () async throws(AWSError) -> ECRToken
  ) async throws -> ECRToken {
    let known = tokens.withLock { $0[registry] }
    if let known, known.expires.timeIntervalSinceNow > Self.margin { return known }
    let outcome = try await flights.value(for: registry) { [tokens] in
      do throws(AWSError) {
        let token = try await make()
        tokens.withLock { $0[registry] = token }
        return .success(token)
      } catch {
        return .failure(error)
      }
    }
    // An older one serves as long as it lasts.
    if case .failure = outcome, let known, known.expires.timeIntervalSinceNow > 60 { return known }
    return try outcome.get()
  }
}
