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
  private let tokens = Lock<[Registry: Kept]>([:])
  private let flights = SingleFlight<Registry, ECRToken, AWSError>()

  /// A token, and when it came on the clock that nobody sets.
  struct Kept: Sendable {
    /// What is left of a token's 12 hours when a new one is made: a job that begins now can run as long.
    private static let margin: TimeInterval = 6 * 3600
    private static let life: TimeInterval = 12 * 3600

    let token: ECRToken
    let came: ContinuousClock.Instant

    /// What is left of its time, in seconds: by its own date, and by its life where the machine's clock has jumped.
    func left(at now: ContinuousClock.Instant, date: Date) -> TimeInterval {
      min(token.expires.timeIntervalSince(date), Self.life - came.duration(to: now).seconds)
    }

    func isFresh(at now: ContinuousClock.Instant, date: Date) -> Bool { left(at: now, date: date) > Self.margin }
  }

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
    if let known, known.isFresh(at: .now, date: .now) { return known.token }
    let outcome = try await flights.value(for: registry) { [tokens] in
      do throws(AWSError) {
        let token = try await make()
        tokens.withLock { $0[registry] = Kept(token: token, came: .now) }
        return .success(token)
      } catch {
        return .failure(error)
      }
    }
    // An older one serves as long as it lasts.
    if case .failure = outcome, let known, known.left(at: .now, date: .now) > 60 { return known.token }
    return try outcome.get()
  }
}
