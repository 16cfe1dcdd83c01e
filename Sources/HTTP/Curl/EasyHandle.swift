import CCurl
import Support

/// One libcurl easy handle set up for one request, with the memory libcurl writes to while it runs.
final class EasyHandle {
  let pointer: UnsafeMutableRawPointer
  private let answer: AnswerReader
  private let host: String
  private let url: String
  private let isPlain: Bool
  private let proxy: String?
  private let connections: ConnectionGuard
  private let reason: UnsafeMutablePointer<CChar>
  private var headers: UnsafeMutablePointer<curl_slist>?

  /// What the handle is set up with, for the next request; nil where that is for this one only.
  let shape: HandleShape?
  private let buffer: IdleHandles.Buffer

  /// - Parameters:
  ///   - waits: Waits for a connection being made rather than make another: see `stopWaiting`.
  ///   - idle: handles that may be taken, the last ones used last.
  /// - Returns: nil where there is no memory for one.
  init?(for request: HTTPRequest, to url: HTTPURL, waits: Bool, from idle: inout IdleHandles) {
    self.host = url.authority
    self.url = url.text
    isPlain = url.scheme == "http"
    proxy = request.ignoresProxies ? nil : ProxyRules.current.proxy(for: url)
    // Of a proxy the address is its own, which this machine's owner named.
    let refused = proxy == nil ? request.reach.refused(for: url) : []
    connections = ConnectionGuard(refused: refused)
    shape = HandleShape(request, to: url, proxy: proxy, isGuarded: !refused.isEmpty)
    buffer = request.method == "HEAD" ? .small : .usual
    guard let (pointer, isReady) = idle.take(shape, buffer) else { return nil }
    self.pointer = pointer
    answer = AnswerReader(bodyLimit: request.bodyLimit)
    reason = .allocate(capacity: Int(CURL_ERROR_SIZE))
    reason.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    if !isReady { setUp(request) }
    ec_set_string(pointer, CURLOPT_URL, self.url)
    setHeaders(request)
    connections.watch(pointer)
    ec_set_pointer(pointer, CURLOPT_ERRORBUFFER, reason)
    let context = Unmanaged.passUnretained(answer).toOpaque()
    ec_set_pointer(pointer, CURLOPT_HEADERDATA, context)
    ec_set_pointer(pointer, CURLOPT_WRITEDATA, context)
    ec_set_long(pointer, CURLOPT_PIPEWAIT, waits ? 1 : 0)
  }

  /// Gives the handle back. What libcurl was to write to goes.
  func recycle(to idle: inout IdleHandles) {
    ec_set_pointer(pointer, CURLOPT_ERRORBUFFER, nil)
    ec_set_pointer(pointer, CURLOPT_HTTPHEADER, nil)
    idle.keep(pointer, shape, buffer)
  }

  /// Has a transfer that is still in line for a connection make its own.
  func stopWaiting() {
    ec_set_long(pointer, CURLOPT_PIPEWAIT, 0)
  }

  deinit {
    curl_slist_free_all(headers)
    reason.deallocate()
  }

  private func setUp(_ request: HTTPRequest) {
    ec_set_string(pointer, CURLOPT_PROTOCOLS_STR, "http,https")
    ec_set_long(pointer, CURLOPT_PATH_AS_IS, 1)
    ec_set_long(pointer, CURLOPT_NOSIGNAL, 1)
    // Without it, stopping a transfer during a look-up would hold the whole engine until the resolver returns.
    ec_set_long(pointer, CURLOPT_QUICK_EXIT, 1)
    ec_set_long(pointer, CURLOPT_TCP_KEEPALIVE, 1)
    ec_set_long(pointer, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    // TLS 1.1 and older were laid to rest by RFC 8996; Go's programs, skopeo among them, refuse them too.
    ec_set_long(pointer, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    // Said in full, so that libcurl asks the environment for nothing.
    ec_set_string(pointer, CURLOPT_PROXY, proxy ?? "")
    ec_set_string(pointer, CURLOPT_NOPROXY, "")
    // HTTP/2 is agreed on in the TLS handshake. In plain HTTP libcurl would look for it in the answers.
    let version = request.forceHTTP1 || isPlain ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS
    ec_set_long(pointer, CURLOPT_HTTP_VERSION, Int(version))
    setTimeouts(request.timeouts)
    setTrust(request)
    setMethod(request)
    if let size = buffer.size { ec_set_long(pointer, CURLOPT_BUFFERSIZE, size) }
    ec_set_callback(pointer, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      let reader = Unmanaged<AnswerReader>.fromOpaque(context).takeUnretainedValue()
      let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
      return reader.read(header: line) ? size * count : 0
    }
    ec_set_callback(pointer, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      let reader = Unmanaged<AnswerReader>.fromOpaque(context).takeUnretainedValue()
      let part = UnsafeRawBufferPointer(start: bytes, count: size * count)
      return reader.read(body: part) ? size * count : 0
    }
  }

  private func setTimeouts(_ timeouts: HTTPRequest.Timeouts) {
    ec_set_long(pointer, CURLOPT_CONNECTTIMEOUT_MS, timeouts.connect.wholeMilliseconds)
    // Nought is libcurl's word for "for ever".
    ec_set_long(pointer, CURLOPT_TIMEOUT_MS, timeouts.whole?.wholeMilliseconds ?? 0)
    ec_set_long(pointer, CURLOPT_LOW_SPEED_LIMIT, 1)
    ec_set_long(pointer, CURLOPT_LOW_SPEED_TIME, timeouts.idle.map { ($0.wholeMilliseconds + 999) / 1000 } ?? 0)
  }

  private func setTrust(_ request: HTTPRequest) {
    if let file = request.caFile { ec_set_string(pointer, CURLOPT_CAINFO, file) }
    if let bytes = request.authorityBundle {
      bytes.withUnsafeBytes { _ = ec_set_bytes(pointer, CURLOPT_CAINFO_BLOB, $0.baseAddress, $0.count) }
    }
    if let client = request.clientCertificate {
      ec_set_string(pointer, CURLOPT_SSLCERT, client.file)
      ec_set_string(pointer, CURLOPT_SSLKEY, client.keyFile)
    }
    if request.skipsVerification {
      ec_set_long(pointer, CURLOPT_SSL_VERIFYPEER, 0)
      ec_set_long(pointer, CURLOPT_SSL_VERIFYHOST, 0)
    }
  }

  private func setMethod(_ request: HTTPRequest) {
    switch request.method {
    case "GET" where request.body.isEmpty:
      ec_set_long(pointer, CURLOPT_HTTPGET, 1)
    case "HEAD":
      ec_set_long(pointer, CURLOPT_NOBODY, 1)
    case _ where request.body.isEmpty && !["POST", "PUT", "PATCH"].contains(request.method):
      ec_set_string(pointer, CURLOPT_CUSTOMREQUEST, request.method)
    default:
      ec_set_size(pointer, CURLOPT_POSTFIELDSIZE_LARGE, Int(request.body.count))
      request.body.withUnsafeBytes { body in
        // libcurl copies the bytes; an empty array has no address, and a null pointer would mean "read from stdin".
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1) { nothing in
          let start = body.baseAddress ?? UnsafeRawPointer(nothing.baseAddress)
          ec_set_pointer(pointer, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: start))
        }
      }
      ec_set_string(pointer, CURLOPT_CUSTOMREQUEST, request.method)
    }
  }

  private func setHeaders(_ request: HTTPRequest) {
    // libcurl would add these by itself: a wait for `100 Continue`, and a content type nobody asked for.
    var lines = ["Expect:"]
    if request.headers["Content-Type"] == nil { lines.append("Content-Type:") }
    lines += request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
    for line in lines {
      guard let longer = curl_slist_append(headers, line) else { continue }
      headers = longer
    }
    ec_set_pointer(pointer, CURLOPT_HTTPHEADER, headers)
  }

  /// The outcome after libcurl reported the end of the transfer.
  func outcome(_ result: CURLcode) -> Transfer.Outcome {
    if let limit = answer.exceeded {
      return .failure(HTTPError(limit, host: host, reason: "more than \(answer.limit(of: limit)) bytes"))
    }
    if let address = connections.refusal, result != CURLE_OK {
      let scope = AddressScope(address).text
      return .failure(HTTPError(.forbidden, host: host, reason: "its name resolves to \(address), which is \(scope)"))
    }
    guard result == CURLE_OK else {
      // Some of libcurl's messages quote the proxy's address from the environment, password and all.
      let said = String(cString: reason)
      let why = said.isEmpty || said.contains("@") ? String(cString: curl_easy_strerror(result)) : said
      var code = HTTPError.Code(result, systemError: information(CURLINFO_OS_ERRNO))
      // In TLS 1.3 a server wants the client's certificate after the handshake, and some hang up without a word.
      if !isPlain, code == .connectionLost, TLSFault(verification: 0, words: said) == .wantsCertificate { code = .tls }
      let fault = code == .tls ? TLSFault(verification: verification(result), words: said) : nil
      return .failure(HTTPError(code, host: host, reason: fault?.text ?? why, fault: fault))
    }
    guard answer.isHeadWhole else {
      return .failure(HTTPError(.connectionLost, host: host, reason: "in the middle of the headers"))
    }
    let version = information(CURLINFO_HTTP_VERSION)
    return .success(
      HTTPResponse(
        status: information(CURLINFO_RESPONSE_CODE), headers: answer.headers, body: answer.body,
        httpVersion: version == CURL_HTTP_VERSION_2_0 ? 2 : 1, url: url,
        peer: proxy == nil ? peer : nil, wait: wait))
  }

  /// OpenSSL's verdict on the certificate. Before it has one, libcurl answers 1.
  private func verification(_ result: CURLcode) -> Int {
    result == CURLE_PEER_FAILED_VERIFICATION ? information(CURLINFO_SSL_VERIFYRESULT) : 0
  }

  private var peer: IPAddress? {
    var text: UnsafePointer<CChar>?
    ec_get_string(pointer, CURLINFO_PRIMARY_IP, &text)
    return text.flatMap { IPAddress(literal: String(cString: $0)) }
  }

  private var wait: Duration {
    .microseconds(max(microseconds(CURLINFO_STARTTRANSFER_TIME_T) - microseconds(CURLINFO_PRETRANSFER_TIME_T), 0))
  }

  private func microseconds(_ kind: CURLINFO) -> Int {
    var value: curl_off_t = 0
    ec_get_size(pointer, kind, &value)
    return Int(value)
  }

  private func information(_ kind: CURLINFO) -> Int {
    var value = 0
    ec_get_long(pointer, kind, &value)
    return value
  }
}

extension Duration {
  /// At least one, for libcurl takes nought for "for ever"; at most a day.
  fileprivate var wholeMilliseconds: Int {
    min(max(Int(seconds * 1000), 1), 86_400_000)
  }
}
