public import HTTP
import Support

/// Why a call to a service failed. The description says what was asked of whom, and the reason; secrets are never in it.
public struct AWSError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Kind: Sendable, Equatable {
    /// The service answered with an error of its own.
    case service(ServiceError)
    /// There was nothing to sign with.
    case credentials(AWSCredentialError)
    /// There was no answer.
    case transport(HTTPError)
    /// The answer cannot be understood.
    case invalidAnswer(String)
    /// What was to be sent cannot be.
    case invalidRequest(String)
    case cancelled
  }

  /// What a service says of an error.
  public struct ServiceError: Sendable, Equatable {
    /// As in the service's model, without a namespace: `ResourceNotFoundException`.
    public var code: String
    public var message: String
    /// HTTP's.
    public var status: Int
    public var requestID: String?
    /// The body in full, for details such as the reasons of a cancelled transaction; at most 64 KiB.
    public var body: [UInt8]
  }

  public internal(set) var kind: Kind
  /// For people.
  public let service: String
  public let operation: String

  init(_ kind: Kind, _ service: AWSService, _ operation: String) {
    self.kind = kind
    self.service = service.name
    self.operation = operation
  }

  /// The service's code; nil where it did not answer.
  public var code: String? {
    if case .service(let error) = kind { return error.code }
    return nil
  }

  public var description: String {
    switch kind {
    case .service(let error):
      let id = error.requestID.map { " (request \($0))" } ?? ""
      let message = error.message.isEmpty ? "status \(error.status)" : error.message
      return "\(service) refused \(operation): \(error.code): \(message)\(id)"
    case .credentials(let error): return "\(service) cannot be called for \(operation): \(error)"
    case .transport(let error): return "\(service) did not answer \(operation): \(error)"
    case .invalidAnswer(let reason): return "\(service) gave an invalid answer to \(operation): \(reason)"
    case .invalidRequest(let reason): return "\(service) cannot be called for \(operation): \(reason)"
    case .cancelled: return "\(operation) of \(service) was cancelled"
    }
  }
}

extension AWSError {
  /// Whether the service asks for fewer requests.
  public var isThrottling: Bool {
    guard case .service(let error) = kind else { return false }
    return error.status == 429 || Self.throttlingCodes.contains(error.code)
  }

  /// Whether a person must change a policy first.
  public var isAccessDenied: Bool {
    guard let code else { return false }
    return ["AccessDeniedException", "AccessDenied", "UnauthorizedOperation"].contains(code)
  }

  /// Whether the key that signed is no longer good.
  var isAboutExpiredCredentials: Bool {
    guard let code else { return false }
    return ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired"].contains(code)
  }

  /// Whether the service does not know the key, or finds that it did not sign this.
  public var isAboutKey: Bool {
    guard let code else { return false }
    return [
      "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "InvalidSignature",
      "InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature", "MissingAuthenticationToken",
    ].contains(code)
  }

  /// Whether the service thinks that the request was signed at another time.
  var isAboutTime: Bool {
    guard case .service(let error) = kind else { return false }
    if ["RequestTimeTooSkewed", "RequestInTheFuture", "RequestExpired"].contains(error.code) { return true }
    return ["InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure"].contains(error.code)
      && (error.message.contains("Signature expired") || error.message.contains("Signature not yet current"))
  }

  /// Whether the same request may succeed in a while.
  var mayPass: Bool {
    switch kind {
    case .service(let error):
      return isThrottling || [500, 502, 503, 504].contains(error.status) || Self.passingCodes.contains(error.code)
    case .transport(let error):
      return [.cannotResolve, .cannotConnect, .timeout, .connectionLost].contains(error.code)
    default: return false
    }
  }

  /// Whether the service may have done what was asked although it did not say so.
  public var mayHaveHappened: Bool {
    switch kind {
    case .service(let error): error.status >= 500
    case .transport(let error): error.code == .timeout || error.code == .connectionLost
    case .invalidAnswer, .cancelled: true
    case .credentials, .invalidRequest: false
    }
  }

  /// Those of the standard retry mode that AWS publishes for its SDKs.
  private static let throttlingCodes: Set = [
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
    "TooManyRequestsException", "ProvisionedThroughputExceededException", "TransactionInProgressException",
    "RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException", "RequestThrottled", "SlowDown",
    "PriorRequestNotComplete", "EC2ThrottledException",
  ]
  private static let passingCodes: Set = [
    "RequestTimeout", "RequestTimeoutException", "InternalError", "InternalFailure", "InternalServerError",
    "ServiceUnavailable", "ServiceUnavailableException", "ServerException", "IDPCommunicationError",
    // Another transaction holds the item for a moment.
    "TransactionConflictException",
  ]
}
