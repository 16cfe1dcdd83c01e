import AWSBackend
import AWSClient
import FoundationEssentials
import HTTP
import Installation
import MirrorCore
import Support

/// As whom and where AWS is reached.
struct AWSFacts: Sendable {
  var region: String?
  /// Where the keys come from, and when they end.
  var origin: String?
  var expires: Date?
  var identity: Result<STSClient.Identity, any Error>

  var account: String? { try? identity.get().account }

  /// Whether anything else would only fail for the same reason.
  var isSignedOut: Bool {
    guard case .failure(let error) = identity else { return false }
    guard let error = error as? AWSError else { return true }
    return [.signedOut, .signInFails].contains(MirrorError(error).outage?.cause)
  }

  /// Its time less this machine's.
  var clockAhead: TimeInterval?

  var check: HealthCheck {
    let name = "credentials"
    switch identity {
    case .failure(let error):
      return HealthCheck(name, failed: error, advice: "check AWS_PROFILE, AWS_REGION, --profile and --region")
    case .success(let identity):
      let end = expires.map { ", until \($0.rfc3339)" } ?? ""
      return HealthCheck(
        name, .ok, "\(identity.arn), by \(origin ?? "what AWS accepts")\(end), in \(region ?? "no region")")
    }
  }

  /// Asks.
  static func look(
    _ choice: InstallationChoice, _ configuration: Configuration, _ environment: [String: String]
  ) async -> AWSFacts {
    var facts = AWSFacts(identity: .failure(CancellationError()))
    do {
      let named = choice.stack.flatMap { configuration.stacks[$0] }
      let (profile, region) = (choice.profile ?? named?.profile, choice.region ?? named?.region)
      facts.origin = try AWSSettings(environment: environment, profile: profile, region: region).credentialOrigin()
      let connection = try AWSConnection(
        environment: environment, profile: profile, region: region, transport: CurlTransport())
      facts.region = connection.endpoints.region
      facts.expires = try await connection.credentials.credentials().expires
      let identity = try await STSClient(connection).identity()
      facts.clockAhead = identity.date?.timeIntervalSinceNow
      facts.identity = .success(identity)
    } catch {
      facts.identity = .failure(error)
    }
    return facts
  }
}

extension HealthCheck {
  /// - Parameter account: whose credentials are at hand; nil where that is not known.
  static func stack(_ stack: AWSStack, as account: String?) -> HealthCheck {
    let region = stack.settings.region ?? stack.connection.endpoints.region
    if let owner = stack.settings.account, let account, owner != account {
      return HealthCheck(
        "stack", .failed,
        "\(stack.name) in \(region) belongs to account \(owner), but the credentials are for account \(account)",
        advice: "use credentials for \(owner), with --profile, or deploy the stack again")
    }
    return HealthCheck("stack", .ok, "\(stack.name) in \(region)" + (account.map { ", account \($0)" } ?? ""))
  }
}
