import Support

/// Why a request got no answer. The description names the host and the reason; paths, queries, user information and
/// headers are never in it, for they may hold secrets.
public struct HTTPError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Code: Sendable, Equatable {
    /// The request itself cannot be sent: a malformed URL, method or header.
    case invalidRequest
    case cannotResolve
    case cannotConnect
    /// The certificate was refused, or the handshake failed.
    case tls
    /// One of the request's time-outs passed.
    case timeout
    /// The connection broke before the answer was whole.
    case connectionLost
    /// What came was no HTTP.
    case invalidAnswer
    case bodyTooLarge
    case headersTooLarge
    /// Too many redirects, or one that must not be followed.
    case badRedirect
    /// The address is one that the request's `reach` leaves out.
    case forbidden
    /// The task was cancelled.
    case cancelled
    /// The engine was shut down before the answer came.
    case shutDown
  }

  public var code: Code
  /// `host` or `host:port`; empty where the URL had none.
  public var host: String
  /// The underlying reason, cleaned for a terminal.
  public var reason: String
  /// With code `tls`: what is wrong, where it is known.
  public var fault: TLSFault?

  public init(_ code: Code, host: String, reason: String = "", fault: TLSFault? = nil) {
    self.code = code
    self.host = host.cleaned
    self.reason = reason.cleaned.shortened(to: 300)
    self.fault = fault
  }

  public var description: String {
    let where_ = host.isEmpty ? "the server" : host
    let sentence =
      switch code {
      case .invalidRequest: "the request to \(where_) cannot be sent"
      case .cannotResolve: "cannot find the address of \(where_)"
      case .cannotConnect: "cannot connect to \(where_)"
      case .tls: "no secure connection to \(where_)"
      case .timeout: "\(where_) did not answer in time"
      case .connectionLost: "\(where_) closed the connection"
      case .invalidAnswer: "\(where_) did not answer with HTTP"
      case .bodyTooLarge: "the answer of \(where_) is too large"
      case .headersTooLarge: "the headers of \(where_) are too large"
      case .badRedirect: "\(where_) redirected to a forbidden address"
      case .forbidden: "requests to \(where_) are not allowed"
      case .cancelled: "the request to \(where_) was cancelled"
      case .shutDown: "the request to \(where_) was abandoned: the HTTP engine was shut down"
      }
    return reason.isEmpty ? sentence : "\(sentence): \(reason)"
  }
}
