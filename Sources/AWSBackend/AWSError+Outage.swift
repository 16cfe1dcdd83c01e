public import AWSClient
import HTTP
public import MirrorCore
import Support

extension AWSError {
  /// Where it is not the one request that fails but any of its kind: why, and what to do.
  var outage: Outage? {
    switch kind {
    case .credentials(let error): Outage(error.isAbout(.unavailable) ? .signInFails : .signedOut, error.wayOn)
    case .transport(let error):
      Outage(.unreachable, "check that this machine's network or proxy reaches \(error.host)")
    case .invalidAnswer:
      Outage(.unreachable, "check what answers instead of AWS: a proxy or the network's sign-in page")
    case .service(let error): outage(error)
    case .invalidRequest, .cancelled: nil
    }
  }

  private func outage(_ error: ServiceError) -> Outage? {
    if isThrottling { return Outage(.throttled, "wait a minute, or make fewer requests at once") }
    if isAboutKey {
      return Outage(.signedOut, "sign in again, or use another profile with --profile; check the clock")
    }
    if isAccessDenied {
      return Outage(
        .denied,
        "allow \(deniedAction(error) ?? "it") in a policy of this user or role, or use another one with --profile")
    }
    if error.status >= 500 { return Outage(.faulty, "wait, and see health.aws.amazon.com for known issues") }
    return nil
  }

  /// The reason alone, where what to do about it is told beside it.
  var reason: String {
    if case .credentials(let error) = kind { return "\(service) cannot be called for \(operation): \(error.reason)" }
    return description
  }

  /// `User: … is not authorized to perform: dynamodb:Scan on resource: …`
  private func deniedAction(_ error: ServiceError) -> String? {
    guard let found = error.message.firstRange(of: "perform: ") else { return nil }
    let action = error.message[found.upperBound...].prefix {
      $0.isASCII && ($0.isLetter || $0.isNumber || ":-*".contains($0))
    }
    return action.isEmpty ? nil : String(action)
  }
}

extension AWSCredentialError {
  fileprivate func isAbout(_ kind: Kind) -> Bool { self.kind == kind }

  fileprivate var wayOn: String {
    if let advice { return advice }
    switch kind {
    case .notConfigured: return "run `aws configure` or `aws sso login`, or use a profile with --profile"
    case .expired: return "sign in again"
    case .unavailable: return "check that the source of the credentials works"
    case .invalid: return "fix the AWS configuration"
    case .cancelled: return "try again"
    }
  }
}

extension MirrorError {
  /// The same in the words of this program.
  public init(_ error: AWSError) {
    self.init(.backend, error.reason, error.outage)
  }
}
