import Foundation
import Glibc
import Support

/// A scripted HTTP/1.1 server on a port of 127.0.0.1 that the kernel chose; one thread for each connection.
///
/// The script sees each request and says what goes down the wire, right or wrong. It runs on the connection's thread
/// and may block. The server stops with its owner.
public final class LoopbackServer: Sendable {
  public typealias Script = @Sendable (Request) -> [Step]

  public let port: Int
  private let listener: CInt
  private let script: Script
  private let state = Lock(State())

  private struct State {
    var requests: [Request] = []
    var connections: Set<CInt> = []
    var accepted = 0
    var isStopped = false
  }

  public init(_ script: @escaping Script) throws {
    self.script = script
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard listener >= 0 else { throw SystemError("open a socket") }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 512) == 0
          && getsockname(listener, address, &length) == 0
      }
    }
    guard bound else { throw SystemError("listen on a loopback port") }
    self.listener = listener
    port = Int(UInt16(bigEndian: address.sin_port))
    let server = WeakServer(self)
    Thread.detachNewThread {
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { break }
        guard let number = server.value?.admit(connection) else { break }
        Thread.detachNewThread { serve(connection, number, server) }
      }
      close(listener)
    }
  }

  deinit {
    stop()
  }

  /// `http://127.0.0.1:PORT`
  public var url: String { "http://127.0.0.1:\(port)" }
  /// `127.0.0.1:PORT`
  public var host: String { "127.0.0.1:\(port)" }
  /// Every request so far, in the order of arrival.
  public var requests: [Request] { state.withLock { $0.requests } }
  /// How many connections were accepted so far.
  public var connections: Int { state.withLock { $0.accepted } }

  /// Breaks every connection and frees the port.
  public func stop() {
    state.withLock { state in
      guard !state.isStopped else { return }
      state.isStopped = true
      shutdown(listener, Int32(SHUT_RDWR))
      for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
    }
  }

  private func admit(_ connection: CInt) -> Int? {
    state.withLock { state in
      guard !state.isStopped else {
        close(connection)
        return nil
      }
      state.accepted += 1
      state.connections.insert(connection)
      return state.accepted
    }
  }

  fileprivate func steps(for request: Request) -> [Step] {
    state.withLock { $0.requests.append(request) }
    return script(request)
  }

  fileprivate func forget(_ connection: CInt) {
    state.withLock { state in
      state.connections.remove(connection)
      close(connection)
    }
  }
}

/// The threads must not keep the server alive: its owner's going is what ends them.
private final class WeakServer: @unchecked Sendable {
  weak let value: LoopbackServer?
  init(_ value: LoopbackServer) { self.value = value }
}

private func serve(_ connection: CInt, _ number: Int, _ server: WeakServer) {
  var buffer: [UInt8] = []
  while let request = Request.read(from: connection, &buffer, connectionNumber: number) {
    guard let steps = server.value?.steps(for: request) else { break }
    guard steps.allSatisfy({ $0.perform(on: connection, request) }) else { break }
  }
  if let server = server.value { server.forget(connection) } else { close(connection) }
}
