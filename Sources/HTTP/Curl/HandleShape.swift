/// What a handle was set up with, beside the address and the headers of one request: another request of the same shape
/// needs nothing else set, which takes longer than to send it.
struct HandleShape: Equatable {
  private let method: String
  private let isPlain: Bool
  private let forceHTTP1: Bool
  private let skipsVerification: Bool
  private let isGuarded: Bool
  private let timeouts: HTTPRequest.Timeouts
  private let caFile: String?
  private let proxy: String?

  /// - Returns: nil for a request that has something of its own.
  init?(_ request: HTTPRequest, to url: HTTPURL, proxy: String?, isGuarded: Bool) {
    guard request.method == "GET" || request.method == "HEAD", request.body.isEmpty, request.authorityBundle == nil,
      request.clientCertificate == nil
    else { return nil }
    method = request.method
    isPlain = url.scheme == "http"
    forceHTTP1 = request.forceHTTP1
    skipsVerification = request.skipsVerification
    self.isGuarded = isGuarded
    timeouts = request.timeouts
    caFile = request.caFile
    self.proxy = proxy
  }
}
