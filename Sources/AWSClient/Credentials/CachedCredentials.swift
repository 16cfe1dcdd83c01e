import FoundationEssentials
import Support

/// Keeps the credentials of one source, renews them before they end, once for all who want them, and remembers no
/// failure.
final class CachedCredentials: Sendable {
  typealias Fetch = @Sendable () async throws(AWSCredentialError) -> AWSCredentials

  /// A failed early renewal is tried again after this.
  private static let earlyPause = 60.0

  private struct Kept {
    var source: AWSCredentialSource
    var credentials: AWSCredentials
    var window: RenewalWindow
    var nextEarly = Date.distantPast
  }

  private let kept = Lock<Kept?>(nil)
  private let flights = SingleFlight<AWSCredentialSource, AWSCredentials, AWSCredentialError>()
  private let now: @Sendable () -> Date

  init(now: @escaping @Sendable () -> Date = { Date.now }) {
    self.now = now
  }

  /// The credentials kept of this source, or else what `fetch` gets.
  ///
  /// Those that are about to end are renewed in the background while they still serve; those closer to their end are
  /// waited for. A waiter that is cancelled leaves; the fetching goes on for the others.
  func credentials(of source: AWSCredentialSource, _ fetch: @escaping Fetch) async throws(AWSCredentialError)
    -> AWSCredentials
  {
    let now = now()
    let (usable, isEarly) = kept.withLock { slot -> (AWSCredentials?, Bool) in
      guard var kept = slot, kept.source == source else { return (nil, false) }
      switch kept.window.state(at: now) {
      case .fresh: return (kept.credentials, false)
      case .due: return (nil, false)
      case .early:
        // A time further ahead than the pause comes of a clock that has jumped since.
        let isTime = kept.nextEarly <= now || kept.nextEarly > now + Self.earlyPause
        if isTime { kept.nextEarly = now + Self.earlyPause }
        slot = kept
        return (kept.credentials, isTime)
      }
    }
    if let usable {
      if isEarly { Task { try? await renew(source, fetch) } }
      return usable
    }
    return try await renew(source, fetch)
  }

  /// Forgets credentials that a service refused, unless others have taken their place.
  func discard(_ refused: AWSCredentials) {
    kept.withLock { if $0?.credentials == refused { $0 = nil } }
  }

  /// What is being fetched already, or else what `fetch` gets, whatever is kept.
  @discardableResult
  func renew(_ source: AWSCredentialSource, _ fetch: @escaping Fetch) async throws(AWSCredentialError)
    -> AWSCredentials
  {
    let outcome: Result<AWSCredentials, AWSCredentialError>
    do throws(CancellationError) {
      outcome = try await flights.value(for: source) { [self] in
        do throws(AWSCredentialError) {
          let credentials = try await fetch()
          let window = RenewalWindow(from: now(), to: credentials.expires)
          kept.withLock { $0 = Kept(source: source, credentials: credentials, window: window) }
          return .success(credentials)
        } catch {
          return .failure(error)
        }
      }
    } catch {
      throw .cancelled
    }
    return try outcome.get()
  }
}
