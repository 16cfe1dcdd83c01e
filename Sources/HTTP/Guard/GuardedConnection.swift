import CCurl
import Glibc
import Support

/// One connection of the guarded program: a request, and what goes back and forth after it.
struct GuardedConnection: Sendable {
  let client: Socket
  let proxy: GuardProxy

  private static let pieceSize = 128 << 10
  private static let headTime = Duration.seconds(30)

  /// Returns when both directions have ended.
  func serve() {
    client.hurry()
    client.limit(Self.headTime)
    var rest: [UInt8] = []
    guard let head = readHead(client, &rest), let request = ProxiedRequest(head) else {
      answer(400, "ecrmirror: this is not a proxy request")
      return
    }
    guard head.value("Proxy-Authorization") == proxy.authorization else {
      answer(
        407, "ecrmirror: this proxy requires its own password", "Proxy-Authenticate: Basic realm=\"ecrmirror\"\r\n")
      return
    }
    switch request {
    case .tunnel(let endpoint): tunnel(to: endpoint, rest)
    case .plain(let method, let url): pass(head, method, url, rest)
    }
  }

  private func tunnel(to endpoint: Endpoint, _ rest: [UInt8]) {
    let closed: AddressScope
    do throws(GuardRules.Refusal) {
      closed = try proxy.rules.closed(toTunnel: endpoint)
    } catch {
      refuse(error)
      return
    }
    var early: [UInt8] = []
    let upstream = endpoint.url("https").flatMap { proxy.proxies.proxy(for: $0) }.flatMap { UpstreamProxy($0) }
    guard let server = connect(to: endpoint, closed, upstream) else { return }
    defer { proxy.forget(server) }
    if let upstream {
      var ask = MessageHead(start: "CONNECT \(endpoint) HTTP/1.1", fields: [("Host", "\(endpoint)")])
      if let authorization = upstream.authorization { ask.fields.append(("Proxy-Authorization", authorization)) }
      server.limit(Self.headTime)
      guard server.send(ask.bytes), let said = readHead(server, &early), let status = said.status else {
        answer(502, "ecrmirror: the proxy \(upstream.endpoint) closed the connection")
        return
      }
      guard (200..<300).contains(status) else {
        answer(502, "ecrmirror: the proxy \(upstream.endpoint) answered \(status)")
        return
      }
    }
    guard client.send(Array("HTTP/1.1 200 Connection established\r\n\r\n".utf8)) else { return }
    relay(server, toServer: rest, toClient: early, limit: nil)
  }

  /// One request only, which may be another server's than the next: nothing after its body is passed on, and the answer
  /// tells the client that the connection ends with it.
  private func pass(_ head: MessageHead, _ method: String, _ url: HTTPURL, _ rest: [UInt8]) {
    let endpoint = Endpoint(url)
    let holdsSecret = head.value("Authorization") != nil || head.value("Cookie") != nil
    let closed: AddressScope
    do throws(GuardRules.Refusal) {
      closed = try proxy.rules.closed(toPlain: method, endpoint, holdsSecret: holdsSecret)
    } catch {
      refuse(error)
      return
    }
    let upstream = proxy.proxies.proxy(for: url).flatMap { UpstreamProxy($0) }
    guard let server = connect(to: endpoint, closed, upstream) else { return }
    defer { proxy.forget(server) }
    var request = head
    request.remove("Proxy-Authorization", "Proxy-Connection", "Connection", "Keep-Alive")
    request.fields.append(("Connection", "close"))
    if let upstream {
      if let authorization = upstream.authorization { request.fields.append(("Proxy-Authorization", authorization)) }
    } else {
      request.start = "\(method) \(url.pathAndQuery) HTTP/1.1"
    }
    let isChunked = head.value("Transfer-Encoding") != nil
    let length = isChunked ? nil : head.value("Content-Length").flatMap { Int($0) } ?? 0
    let begun = rest.prefix(length ?? Int.max)
    relay(server, toServer: request.bytes + begun, toClient: nil, limit: length.map { $0 - begun.count })
  }

  private func connect(to endpoint: Endpoint, _ closed: AddressScope, _ upstream: UpstreamProxy?) -> Socket? {
    do throws(Socket.Failure) {
      // A proxy is where this machine's owner says, and resolves names itself.
      return try Socket.connect(
        to: upstream?.endpoint ?? endpoint, closed: upstream == nil ? closed : [], opened: proxy.admit,
        gone: proxy.forget)
    } catch {
      switch error {
      case .closed(let scope): refuse(GuardRules.Refusal(endpoint: endpoint, reason: .address(scope)))
      case .unresolved: answer(502, "ecrmirror: cannot find the address of \(upstream?.endpoint ?? endpoint)")
      case .unreachable: answer(502, "ecrmirror: cannot connect to \(upstream?.endpoint ?? endpoint)")
      }
      return nil
    }
  }

  private func refuse(_ refusal: GuardRules.Refusal) {
    proxy.note(refusal.description)
    answer(403, "ecrmirror: \(refusal)")
  }

  /// Go's programs show the line's words.
  private func answer(_ status: Int, _ words: String, _ fields: String = "") {
    let line = "HTTP/1.1 \(status) \(words.cleaned.shortened(to: 600))"
    if client.send(Array("\(line)\r\n\(fields)Content-Length: 0\r\nConnection: close\r\n\r\n".utf8)) {
      client.endSending()
      // Closing with something unread would take the answer back.
      client.limit(.seconds(1))
      var unread: [UInt8] = []
      while unread.count < 1 << 20, client.receive(into: &unread) {}
    }
  }

  private func readHead(_ socket: Socket, _ rest: inout [UInt8]) -> MessageHead? {
    while true {
      do throws(MessageHead.Malformed) {
        if let head = try MessageHead.take(from: &rest) { return head }
      } catch {
        return nil
      }
      guard socket.receive(into: &rest) else { return nil }
    }
  }

  /// Moves bytes both ways until both sides have ended, or one broke.
  ///
  /// - Parameters:
  ///   - toClient: what came already; nil where an answer's head is still to be read, and changed.
  ///   - limit: how many bytes more go to the server; nil for as many as come.
  private func relay(_ server: Socket, toServer: [UInt8], toClient: [UInt8]?, limit: Int?) {
    client.limit(.zero)
    server.limit(.zero)
    let back = Thread.start {
      let isSent = toClient.map { client.send($0) } ?? self.passAnswerHead(from: server)
      if isSent { move(from: server, to: client, limit: nil, proxy.paces.toClient) }
      // Nothing more comes, so that nothing more is asked for either, but for what is in flight.
      client.endSending()
    }
    guard let back else { return }
    let isOver = server.send(toServer) && move(from: client, to: server, limit: limit, proxy.paces.toServer)
    // A server may take the end of what it reads for the client's going.
    if !isOver { server.endSending() }
    pthread_join(back, nil)
  }

  /// Passes heads on up to that of the final answer, which ends the connection.
  private func passAnswerHead(from server: Socket) -> Bool {
    var rest: [UInt8] = []
    while var head = readHead(server, &rest) {
      guard let status = head.status else { return false }
      if (100..<200).contains(status), status != 101 {
        guard client.send(head.bytes) else { return false }
        continue
      }
      head.remove("Connection", "Keep-Alive", "Proxy-Connection")
      head.fields.append(("Connection", "close"))
      return client.send(head.bytes + rest)
    }
    return false
  }

  /// - Returns: whether the limit was reached; false where either side ended before.
  @discardableResult
  private func move(from source: Socket, to target: Socket, limit: Int?, _ pace: SharedPace?) -> Bool {
    var left = limit ?? Int.max
    let size = min(pace?.piece ?? Self.pieceSize, Self.pieceSize)
    return withUnsafeTemporaryAllocation(byteCount: size, alignment: 4096) { buffer in
      while left > 0 {
        let count = source.receive(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(left, buffer.count)]))
        if count > 0, let pace { wait(pace.take(count)) }
        guard count > 0, target.send(UnsafeRawBufferPointer(rebasing: buffer[..<count])) else { return false }
        left -= count
      }
      return true
    }
  }

  /// Not longer than the proxy lives.
  private func wait(_ time: Duration) {
    var left = time
    while left > .zero, !proxy.isStopped {
      let nap = min(left, .milliseconds(500))
      usleep(UInt32(nap / .microseconds(1)))
      left -= nap
    }
  }
}
