/// A whole answer. Any status is an answer; only its absence is an error.
public struct HTTPResponse: Sendable {
  public var status: Int
  public var headers: HTTPHeaders
  public var body: [UInt8]
  /// 1 or 2.
  public var httpVersion: Int
  /// Where the answer came from, after redirects.
  public var url: String
  /// The server it came from; nil where a proxy was between, or none is known.
  public var peer: IPAddress?
  /// From the moment when the request was sent, on a connection that stood, to the first byte of the answer; nil where
  /// that was not measured.
  public var wait: Duration?

  public init(
    status: Int, headers: HTTPHeaders = [:], body: [UInt8] = [], httpVersion: Int = 1, url: String = "",
    peer: IPAddress? = nil, wait: Duration? = nil
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.httpVersion = httpVersion
    self.url = url
    self.peer = peer
    self.wait = wait
  }
}
