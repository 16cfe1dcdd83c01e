import FoundationEssentials
public import HTTP
import Support

/// The credentials that the AWS CLI would use, from the environment, profiles, the container or the instance.
///
/// The AWS files are looked at again whenever they change, and a session that has ended is asked for again each time: once
/// it has been renewed, everything goes on.
public final class DefaultCredentials: CredentialProvider {
  private let environment: [String: String]
  private let profile: String?
  private let region: String?
  private let paths: SharedFiles.Paths
  private let transport: any HTTPTransport
  private let retry: AWSRetryPolicy
  private let now: @Sendable () -> Date
  private let plan = Lock<Plan?>(nil)
  private let cache: CachedCredentials

  /// What the files said, as long as they do not change.
  private struct Plan: Sendable {
    var stamps: [FileStamp?]
    var settings: AWSSettings
    var source: AWSCredentialSource
  }

  /// - Parameters:
  ///   - environment: as for `AWSSettings`, and for a `credential_process`.
  ///   - profile: given by whoever started the program.
  ///   - region: the same, where STS is asked.
  ///   - transport: without a retry layer.
  public convenience init(
    environment: [String: String], profile: String? = nil, region: String? = nil, transport: any HTTPTransport
  ) {
    self.init(
      environment: environment, profile: profile, region: region, transport: transport, retry: AWSRetryPolicy(),
      now: { Date.now })
  }

  init(
    environment: [String: String], profile: String?, region: String?, transport: any HTTPTransport,
    retry: AWSRetryPolicy, now: @escaping @Sendable () -> Date
  ) {
    self.environment = environment
    self.profile = profile
    self.region = region
    paths = SharedFiles.Paths(Variables(environment))
    self.transport = transport
    self.retry = retry
    self.now = now
    cache = CachedCredentials(now: now)
  }

  public func credentials() async throws(AWSCredentialError) -> AWSCredentials {
    let plan = try currentPlan()
    // What stands in a file or a variable needs no cache, and counts as soon as it is changed.
    if case .keys(let keys) = plan.source { return try keys.unexpired(now()) }
    let fetcher = CredentialFetcher(settings: plan.settings, transport: transport, retry: retry, now: now)
    do throws(AWSCredentialError) {
      return try await cache.credentials(of: plan.source) { () async throws(AWSCredentialError) in
        try await fetcher.fetch(plan.source)
      }
    } catch {
      guard case .instance = plan.source, error.kind == .unavailable else { throw error }
      throw SourceResolver(plan.settings).nothing(error.description)
    }
  }

  public func discard(_ refused: AWSCredentials) async {
    cache.discard(refused)
  }

  private func currentPlan() throws(AWSCredentialError) -> Plan {
    // Taken before reading: what changes meanwhile is read again the next time.
    let stamps = paths.stamps
    if let plan = plan.withLock({ $0 }), plan.stamps == stamps { return plan }
    let settings: AWSSettings
    do throws(AWSSettingsError) {
      settings = try AWSSettings(environment: environment, profile: profile, region: region)
    } catch {
      throw AWSCredentialError(error)
    }
    let new = Plan(stamps: stamps, settings: settings, source: try SourceResolver(settings).resolve())
    plan.withLock { $0 = new }
    return new
  }
}
