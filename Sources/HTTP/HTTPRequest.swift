/// One request, with the bounds it must keep.
public struct HTTPRequest: Sendable {
  /// An upper-case method name.
  public var method: String
  /// `http` or `https`, without user information.
  public var url: String { didSet { target = nil } }
  /// The same, taken apart, where it was already.
  var target: HTTPURL?
  public var headers: HTTPHeaders
  public var body: [UInt8]
  public var timeouts: Timeouts
  /// The largest answer body in bytes; a larger one fails with `bodyTooLarge` while it is being read.
  public var bodyLimit: Int
  /// Follows up to ten redirects of GET and HEAD, never with `Authorization` or `Cookie`, never from https to http.
  /// Other methods get the redirect as their answer.
  public var followRedirects: Bool
  /// PEM certificates to trust instead of the system's. Where nil, `CURL_CA_BUNDLE` and `SSL_CERT_FILE` count.
  public var caFile: String?
  /// Files of PEM certificates to trust beside those.
  public var authorities: [String] = []
  /// All that is trusted, where there are `authorities`: read by the transport.
  var authorityBundle: [UInt8]?
  /// What to show to a server that wants a certificate of its clients.
  public var clientCertificate: ClientCertificate?
  /// Accepts any certificate.
  public var skipsVerification: Bool
  /// Speaks HTTP/1.1 even where the server offers HTTP/2.
  public var forceHTTP1: Bool
  /// Goes past any proxy of the environment, as to what only this machine can reach. Loopback hosts need no saying so.
  public var ignoresProxies: Bool
  /// Which addresses it may be sent to, and its redirects may lead to.
  public var reach: Reach

  public init(
    _ method: String = "GET", _ url: String, headers: HTTPHeaders = [:], body: [UInt8] = [],
    timeouts: Timeouts = Timeouts(), bodyLimit: Int = 8 << 20, followRedirects: Bool = false, caFile: String? = nil,
    skipsVerification: Bool = false, forceHTTP1: Bool = false, ignoresProxies: Bool = false, reach: Reach = .everywhere
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeouts = timeouts
    self.bodyLimit = bodyLimit
    self.followRedirects = followRedirects
    self.caFile = caFile
    self.skipsVerification = skipsVerification
    self.forceHTTP1 = forceHTTP1
    self.ignoresProxies = ignoresProxies
    self.reach = reach
  }

  /// Sends it to an address that was taken apart already.
  public mutating func lead(to url: HTTPURL) {
    self.url = url.text
    target = url
  }

  /// A certificate and its key, both files of PEM.
  public struct ClientCertificate: Sendable, Equatable {
    public var file: String
    public var keyFile: String

    public init(file: String, keyFile: String) {
      self.file = file
      self.keyFile = keyFile
    }
  }

  /// How long the parts of a request may take.
  public struct Timeouts: Sendable, Equatable {
    /// Name look-up, connection and TLS handshake.
    public var connect: Duration
    /// No byte in either direction for this long; counted in whole seconds, rounded up. Nil for no bound.
    public var idle: Duration?
    /// Everything, redirects included. Nil for no bound.
    public var whole: Duration?

    public init(connect: Duration = .seconds(10), idle: Duration? = .seconds(30), whole: Duration? = .seconds(60)) {
      self.connect = connect
      self.idle = idle
      self.whole = whole
    }
  }
}
