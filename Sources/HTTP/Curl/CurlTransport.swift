public import FoundationEssentials
import Glibc
import Support

/// libcurl's multi interface on one thread of its own.
///
/// Any number of requests at once: HTTP/2 requests to one host share a connection, others wait for one of
/// `connectionsPerHost`. Proxies come from the environment, by `ProxyRules`. An idle engine sleeps without waking.
public final class CurlTransport: HTTPTransport {
  private let engine: CurlEngine
  private let caFile: String?

  /// - Parameters:
  ///   - connectionsPerHost: How many connections one host gets at most; fewer where few files may be open.
  ///   - environment: Where `CURL_CA_BUNDLE` and `SSL_CERT_FILE` are looked up for requests that name no CA file.
  public init(
    connectionsPerHost: Int = 128, environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    engine = CurlEngine(connectionsPerHost: connectionsPerHost)
    caFile = ["CURL_CA_BUNDLE", "SSL_CERT_FILE"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
  }

  deinit {
    engine.shutDown()
  }

  /// Fails what is under way with `shutDown`, as well as every later request, and ends the thread.
  public func shutDown() {
    engine.shutDown()
  }

  public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let deadline = request.timeouts.whole.map { ContinuousClock.now + $0 }
    var request = request
    request.caFile = request.caFile ?? caFile
    for _ in 0...Redirect.limit {
      let response = try await sendOnce(request)
      guard let next = try Redirect.next(after: response, to: request) else { return response }
      request = next
      if let deadline { request.timeouts.whole = max(deadline - .now, .milliseconds(1)) }
    }
    throw HTTPError(.badRedirect, host: host(of: request), reason: "more than \(Redirect.limit) redirects in a row")
  }

  private func sendOnce(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    guard let url = request.target ?? HTTPURL(request.url) else {
      throw HTTPError(.invalidRequest, host: "", reason: "its address is not an http or https URL")
    }
    guard !request.method.isEmpty, request.method.utf8.allSatisfy(isTokenByte), request.headers.areSendable else {
      throw HTTPError(
        .invalidRequest, host: url.authority, reason: "its method or a header contains an invalid character")
    }
    if let refusal = request.reach.refusal(of: url) { throw refusal }
    return try await Transfer(url.scheme == "https" ? try withTrust(request, url) : request, to: url).run(on: engine)
      .get()
  }

  /// The request with what it trusts read. A file that is not there fails here, with its name, rather than in libcurl.
  private func withTrust(_ request: HTTPRequest, _ url: HTTPURL) throws(HTTPError) -> HTTPRequest {
    var request = request
    do throws(SystemError) {
      for file in [request.clientCertificate?.file, request.clientCertificate?.keyFile].compactMap(\.self) {
        guard access(file, R_OK) == 0 else { throw SystemError("read \(file)") }
      }
      if !request.authorities.isEmpty {
        request.authorityBundle = try AuthorityBundle.bytes(request.caFile, request.authorities)
      }
    } catch {
      throw HTTPError(.tls, host: url.authority, reason: "\(error)")
    }
    return request
  }

  private func host(of request: HTTPRequest) -> String {
    HTTPURL(request.url)?.authority ?? ""
  }
}
