import FoundationEssentials
public import HTTP
import Support

/// Calls operations of one service: signs, tries again where that may help, keeps to the rate the service can take.
public final class ServiceClient: Sendable {
  public let service: AWSService
  public let connection: AWSConnection
  private let rate = Lock(AdaptiveRate())
  private let started = ContinuousClock.now

  /// No answer is larger; DynamoDB's pages of 1 MB, the largest there are, grow in JSON.
  private static let answerLimit = 16 << 20

  public init(_ service: AWSService, _ connection: AWSConnection) {
    self.service = service
    self.connection = connection
  }

  /// One operation of a service.
  public struct Operation: Sendable {
    public var name: String
    /// Of services whose operations have paths.
    public var path: String
    public var method: String
    /// Whether doing it twice does no harm: an answer that got lost is asked for again only then.
    public var isRepeatable: Bool
    public var timeouts: HTTPRequest.Timeouts
    /// Whether the service wants a signature; those that hand out keys know the caller by something else.
    var isSigned = true
    /// Beside what every request has.
    var headers: HTTPHeaders = [:]

    public init(
      _ name: String, method: String = "POST", path: String = "/", isRepeatable: Bool = true,
      timeouts: HTTPRequest.Timeouts = HTTPRequest.Timeouts(
        connect: .seconds(5), idle: .seconds(20), whole: .seconds(60))
    ) {
      self.name = name
      self.path = path
      self.method = method
      self.isRepeatable = isRepeatable
      self.timeouts = timeouts
    }
  }

  /// Calls an operation with a JSON document and reads the answer.
  ///
  /// - Throws: `AWSError`.
  public func call<Output: Decodable>(
    _ operation: Operation, _ input: some Encodable, as output: Output.Type = Output.self
  ) async throws(AWSError) -> Output {
    let body: [UInt8]
    do {
      body = Array(try JSONEncoder().encode(input))
    } catch {
      throw AWSError(.invalidRequest("\(error)"), service, operation.name)
    }
    let response = try await send(operation, body: body)
    // Operations without a result may answer with nothing at all.
    let text = response.body.isEmpty ? Array("{}".utf8) : response.body
    do {
      return try JSONDecoder().decode(output, from: Data(text))
    } catch {
      throw AWSError(.invalidAnswer("\(error)".cleaned.shortened(to: 300)), service, operation.name)
    }
  }

  /// Calls an operation with a body that is encoded already.
  ///
  /// - Returns: an answer with a status of 200 to 299.
  public func send(_ operation: Operation, body: [UInt8]) async throws(AWSError) -> HTTPResponse {
    var attempt = 1
    // Without a key there is none to renew.
    var hasRenewed = !operation.isSigned
    while true {
      let credentials = operation.isSigned ? try await credentials(operation) : nil
      try await pause(connection.budget.admit(), operation)
      try await pause(rate.withLock { [started] in $0.admit(at: .now - started) }, operation)
      let request = request(operation, body, credentials)
      let failure: AWSError
      do throws(AWSError) {
        let response = try await once(request, operation)
        rate.withLock { [started] in $0.succeeded(at: .now - started) }
        return response
      } catch {
        failure = error
      }
      if failure.isThrottling { rate.withLock { [started] in $0.throttled(at: .now - started) } }
      let decision = connection.retry.decision(
        after: failure, attempt: attempt, isRepeatable: operation.isRepeatable, hasRenewed: hasRenewed)
      switch decision {
      case .giveUp:
        guard let credentials else { throw failure }
        // The next call looks whether there are others by now.
        if failure.isAboutKey { await connection.credentials.discard(credentials) }
        throw failure.blaming(credentials)
      case .wait(let ceiling): try await pause(ceiling * Double.random(in: 0...1), operation)
      case .renew:
        hasRenewed = true
        if let credentials { await connection.credentials.discard(credentials) }
      // The clock learnt from the answer already.
      case .correctClock: hasRenewed = true
      }
      attempt += 1
    }
  }

  private func credentials(_ operation: Operation) async throws(AWSError) -> AWSCredentials {
    do throws(AWSCredentialError) {
      return try await connection.credentials.credentials()
    } catch {
      throw AWSError(error.kind == .cancelled ? .cancelled : .credentials(error), service, operation.name)
    }
  }

  func pause(_ wait: Duration, _ operation: Operation) async throws(AWSError) {
    guard wait > .zero else { return }
    do {
      try await Task.sleep(for: wait)
    } catch {
      throw AWSError(.cancelled, service, operation.name)
    }
  }

  private func request(_ operation: Operation, _ body: [UInt8], _ credentials: AWSCredentials?) -> HTTPRequest {
    var request = HTTPRequest(
      operation.method, connection.endpoints.url(of: service) + operation.path, headers: operation.headers, body: body,
      timeouts: operation.timeouts, bodyLimit: Self.answerLimit, caFile: connection.caFile)
    request.headers["User-Agent"] = "ecrmirror"
    switch service.wireProtocol {
    case .json(let version, let target):
      request.headers["Content-Type"] = "application/x-amz-json-\(version)"
      request.headers["X-Amz-Target"] = "\(target).\(operation.name)"
    case .restJSON: request.headers["Content-Type"] = "application/json"
    case .query: request.headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
    }
    guard let credentials else { return request }
    let signer = SigV4Signer(
      credentials: credentials, region: connection.endpoints.region, service: service.signingName)
    return signer.sign(request, at: connection.clock.now)
  }

  private func once(_ request: HTTPRequest, _ operation: Operation) async throws(AWSError) -> HTTPResponse {
    let response: HTTPResponse
    do throws(HTTPError) {
      response = try await connection.transport.send(request)
    } catch {
      throw AWSError(error.code == .cancelled ? .cancelled : .transport(error), service, operation.name)
    }
    if (200..<300).contains(response.status) { return response }
    let error = AWSError(.service(AWSError.ServiceError(response)), service, operation.name)
    if error.isAboutTime, !connection.clock.learn(from: response.headers["Date"]) {
      // The clock is right as far as the service tells: it must be the key.
      throw AWSError(.service(AWSError.ServiceError(response).aboutTheKey), service, operation.name)
    }
    throw error
  }
}
