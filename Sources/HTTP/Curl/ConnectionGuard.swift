import CCurl

/// Says of each address that libcurl is about to connect to, or finds itself connected to, whether it may.
///
/// What a name stands for is judged here and not before: a name server may answer otherwise from one moment to the next.
final class ConnectionGuard {
  private let refused: AddressScope
  /// The address that was refused last.
  private(set) var refusal: IPAddress?

  init(refused: AddressScope) {
    self.refused = refused
  }

  func mayReach(_ address: IPAddress?) -> Bool {
    guard let address, !AddressScope(address).isDisjoint(with: refused) else { return true }
    refusal = address
    return false
  }

  /// Has libcurl ask this guard. It must live as long as the handle is used.
  func watch(_ easy: UnsafeMutableRawPointer) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    ec_set_pointer(easy, CURLOPT_OPENSOCKETDATA, context)
    ec_set_open_socket(easy) { context, _, address in
      guard let context, let address else { return CURL_SOCKET_BAD }
      let guardian = Unmanaged<ConnectionGuard>.fromOpaque(context).takeUnretainedValue()
      return guardian.mayReach(ec_address(address).flatMap { IPAddress($0) })
        ? ec_open_socket(address) : CURL_SOCKET_BAD
    }
    guard !refused.isEmpty else { return }
    // A connection that another request made is not opened anew.
    ec_set_pointer(easy, CURLOPT_PREREQDATA, context)
    ec_set_before_request(easy) { context, peer, _, _, _ in
      guard let context, let peer else { return CURL_PREREQFUNC_OK }
      let guardian = Unmanaged<ConnectionGuard>.fromOpaque(context).takeUnretainedValue()
      return guardian.mayReach(IPAddress(literal: String(cString: peer))) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
    }
  }
}
