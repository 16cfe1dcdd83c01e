import CCurl
import FoundationEssentials
import Glibc
public import Support

/// A proxy on loopback that holds what another program reaches to `GuardRules`, in TLS by server and address, in plain
/// HTTP by request. What goes on goes through the proxy of the environment, where that is to be taken.
///
/// Only who knows its password is served. One thread for each direction of each connection, and 128 KiB; it ends with
/// its owner.
public final class GuardProxy: Sendable {
  /// Connections at once; skopeo has a dozen.
  static let limit = 256

  public let port: Int
  let authorization: String
  let rules: GuardRules
  let paces: GuardPaces
  let proxies: ProxyRules
  private let password: String
  private let listener: Socket
  private let state = Lock(State())

  private struct State {
    var sockets: Set<Socket> = []
    var clients = 0
    var refusals: [String] = []
    var isStopped = false
  }

  /// - Throws: `SystemError` where no port can be had.
  public init(
    _ rules: GuardRules, paces: GuardPaces = GuardPaces(), proxies: ProxyRules = .current
  ) throws(SystemError) {
    self.rules = rules
    self.paces = paces
    self.proxies = proxies
    var generator = SystemRandomNumberGenerator()
    password = (0..<4).map { _ in String(generator.next() as UInt64, radix: 36) }.joined()
    authorization = "Basic " + Data("ecrmirror:\(password)".utf8).base64EncodedString()
    (listener, port) = try Self.listen()
    let proxy = WeakGuard(self)
    let door = listener
    Thread.detach {
      while true {
        let client = Socket(descriptor: ec_accept(door.descriptor))
        if client.descriptor < 0, errno == EINTR || errno == ECONNABORTED { continue }
        guard client.descriptor >= 0, let owner = proxy.value else { break }
        owner.serve(client)
      }
      close(door.descriptor)
    }
  }

  deinit { stop() }

  /// Whether the proxies of the environment are of a kind that can be gone through.
  public static func canChain(_ proxies: ProxyRules = .current) -> Bool {
    proxies.all.allSatisfy { UpstreamProxy($0) != nil }
  }

  /// Variables that lead a program through here. Go's programs reach `localhost`, 127.0.0.0/8 and `::1` past any proxy.
  public var environment: [String: String] {
    let url = "http://ecrmirror:\(password)@127.0.0.1:\(port)"
    var variables = ["NO_PROXY": "", "no_proxy": "", "ALL_PROXY": "", "all_proxy": ""]
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"] { variables[name] = url }
    return variables
  }

  /// What was refused so far, each once, as sentences; at most 20.
  public var refusals: [String] { state.withLock { $0.refusals } }

  /// Breaks every connection and frees the port.
  public func stop() {
    state.withLock { state in
      guard !state.isStopped else { return }
      state.isStopped = true
      listener.end()
      for socket in state.sockets { socket.end() }
    }
  }

  var isStopped: Bool { state.withLock { $0.isStopped } }

  func note(_ refusal: String) {
    state.withLock { state in
      if state.refusals.count < 20, !state.refusals.contains(refusal) { state.refusals.append(refusal) }
    }
  }

  /// Keeps a socket to be ended with the proxy; closes it where that has ended.
  func admit(_ socket: Socket) -> Bool {
    state.withLock { state in
      guard !state.isStopped else {
        close(socket.descriptor)
        return false
      }
      state.sockets.insert(socket)
      return true
    }
  }

  func forget(_ socket: Socket) {
    state.withLock { state in
      if state.sockets.remove(socket) != nil { close(socket.descriptor) }
    }
  }

  private func serve(_ client: Socket) {
    let hasRoom = state.withLock { state in
      state.clients += 1
      return state.clients <= Self.limit
    }
    guard hasRoom, admit(client) else {
      if !hasRoom { close(client.descriptor) }
      state.withLock { $0.clients -= 1 }
      return
    }
    Thread.detach { [self] in
      GuardedConnection(client: client, proxy: self).serve()
      forget(client)
      state.withLock { $0.clients -= 1 }
    }
  }

  private static func listen() throws(SystemError) -> (Socket, Int) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SystemError("open a socket for the guard before skopeo") }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, length) == 0 && Glibc.listen(descriptor, 128) == 0
          && getsockname(descriptor, address, &length) == 0
      }
    }
    guard bound else {
      let error = SystemError("listen on loopback for the guard before skopeo")
      close(descriptor)
      throw error
    }
    return (Socket(descriptor: descriptor), Int(UInt16(bigEndian: address.sin_port)))
  }
}

/// The listening thread must not keep the proxy alive: its owner's going is what ends it.
private final class WeakGuard: @unchecked Sendable {
  weak let value: GuardProxy?
  init(_ value: GuardProxy) { self.value = value }
}
