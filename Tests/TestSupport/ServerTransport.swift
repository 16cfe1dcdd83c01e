public import HTTP
import Support

/// Sends requests as usual, and keeps a server running as long as somebody may send: a URL alone does not.
public struct ServerTransport: HTTPTransport {
  private let server: LoopbackServer
  private let isForAll: Bool
  private let sent = Lock<[HTTPRequest]>([])

  /// One for all: each engine has a thread of its own.
  private static let transport = CurlTransport()

  /// - Parameter isForAll: sends everything to this server, wherever it was meant to go: link-local addresses and AWS's
  ///   own are not on a test's machine.
  public init(_ server: LoopbackServer, isForAll: Bool = false) {
    self.server = server
    self.isForAll = isForAll
  }

  /// As they were meant.
  public var requests: [HTTPRequest] { sent.withLock { $0 } }

  public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    sent.withLock { $0.append(request) }
    var request = request
    let meant = request.url
    if isForAll {
      request.url = server.url + (HTTPURL(request.url)?.pathAndQuery ?? "/")
      request.reach = .everywhere
    }
    var response = try await Self.transport.send(request)
    if isForAll { (response.url, response.peer) = (meant, nil) }
    return response
  }
}
