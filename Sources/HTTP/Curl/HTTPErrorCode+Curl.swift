import CCurl

extension HTTPError.Code {
  /// What a libcurl failure means to a caller. `systemError` is the `errno` of the last failed call, or 0.
  init(_ result: CURLcode, systemError: Int) {
    switch result {
    case CURLE_URL_MALFORMAT: self = .invalidRequest
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: self = .cannotResolve
    case CURLE_COULDNT_CONNECT, CURLE_PROXY: self = .cannotConnect
    case CURLE_OPERATION_TIMEDOUT: self = .timeout
    // A connection that was reset in the middle of the handshake says nothing about certificates.
    case CURLE_SSL_CONNECT_ERROR: self = systemError == 0 ? .tls : .connectionLost
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
      CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_ENGINE_NOTFOUND,
      CURLE_USE_SSL_FAILED:
      self = .tls
    // HTTP/0.9 is reported as an unsupported protocol.
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING: self = .invalidAnswer
    // What libcurl 7.88 says of a header line beyond its own bound of 100 KiB.
    case CURLE_OUT_OF_MEMORY: self = .headersTooLarge
    default: self = .connectionLost
    }
  }
}
