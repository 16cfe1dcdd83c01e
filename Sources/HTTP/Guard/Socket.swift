import CCurl
import Glibc
import Support

/// Blocking calls on a connected socket, each restarted after a signal. Whoever opened it closes it.
struct Socket: Sendable, Hashable {
  let descriptor: CInt

  /// - Returns: how many bytes came; 0 at the end, or when it broke.
  func receive(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    while true {
      let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
      if count < 0, errno == EINTR { continue }
      return max(count, 0)
    }
  }

  /// Appends what comes next, at most 16 KiB; false at the end.
  func receive(into bytes: inout [UInt8]) -> Bool {
    withUnsafeTemporaryAllocation(byteCount: 16384, alignment: 16) { buffer in
      let count = receive(into: buffer)
      bytes += buffer[..<count]
      return count > 0
    }
  }

  /// Sends everything; false when it broke.
  func send(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = Glibc.send(descriptor, bytes.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  func send(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { send($0) }
  }

  /// Tells the other side that nothing more comes; what it sends still does.
  func endSending() {
    shutdown(descriptor, Int32(SHUT_WR))
  }

  /// Ends both directions; who waits for either goes on at once.
  func end() {
    shutdown(descriptor, Int32(SHUT_RDWR))
  }

  /// Nothing waits longer than this for the other side, in either direction; `.zero` for as long as it takes.
  func limit(_ time: Duration) {
    var value = timeval(tv_sec: Int(time.components.seconds), tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<timeval>.size))
    }
  }

  /// Small messages, of which a TLS handshake consists, are not held back.
  func hurry() {
    var on: CInt = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<CInt>.size))
  }

  enum Failure: Error {
    case unresolved
    case unreachable
    /// The name stands for an address that is closed.
    case closed(AddressScope)
  }

  /// Connects to the first address of a host that answers and is not closed, within ten seconds each.
  ///
  /// - Parameter opened: gets each socket before it waits, so that another thread can end the wait; false gives up.
  static func connect(
    to endpoint: Endpoint, closed: AddressScope, opened: (Socket) -> Bool, gone: (Socket) -> Void
  ) throws(Failure) -> Socket {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(endpoint.host, "\(endpoint.port)", &hints, &list) == 0 else { throw .unresolved }
    defer { freeaddrinfo(list) }
    var refused: AddressScope = []
    var next = list
    while let entry = next?.pointee {
      next = entry.ai_next
      guard let target = entry.ai_addr, let address = IPAddress(target) else { continue }
      let scope = AddressScope(address).intersection(closed)
      guard scope.isEmpty else {
        refused.formUnion(scope)
        continue
      }
      let descriptor = socket(
        entry.ai_family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), Int32(IPPROTO_TCP))
      guard descriptor >= 0 else { continue }
      let socket = Socket(descriptor: descriptor)
      guard opened(socket) else { throw .unreachable }
      // The time to send bounds a blocking connect as well.
      socket.limit(.seconds(10))
      if Glibc.connect(descriptor, target, entry.ai_addrlen) == 0 {
        socket.limit(.zero)
        socket.hurry()
        return socket
      }
      gone(socket)
    }
    throw refused.isEmpty ? .unreachable : .closed(refused)
  }
}
