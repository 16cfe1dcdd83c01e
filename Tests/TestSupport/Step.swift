import Glibc

/// One thing the server does with a connection.
public enum Step: Sendable {
  /// Sends this as it is.
  case raw([UInt8])
  /// Sends this over and over until the client goes.
  case endless([UInt8])
  /// Does nothing until the client goes, or the server stops.
  case hang
  /// Ends the connection.
  case close

  public static func raw(_ text: String) -> Step { .raw(Array(text.utf8)) }

  /// False when the connection is over.
  func perform(on connection: CInt, _ request: Request) -> Bool {
    switch self {
    case .raw(let bytes):
      return Step.send(bytes, on: connection)
    case .endless(let bytes):
      while Step.send(bytes, on: connection) {}
      return false
    case .hang:
      var byte: UInt8 = 0
      while recv(connection, &byte, 1, 0) > 0 {}
      return false
    case .close:
      return false
    }
  }

  private static func send(_ bytes: [UInt8], on connection: CInt) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }
}

extension [Step] {
  /// A proper answer. To a HEAD, pass the method: the body is left out, its length is not.
  public static func answer(
    _ status: Int = 200, _ headers: [(String, String)] = [], _ body: String = "", to method: String = "GET"
  ) -> [Step] {
    var head = "HTTP/1.1 \(status) Status\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    if !headers.contains(where: { $0.0.lowercased() == "content-length" }) {
      head += "Content-Length: \(body.utf8.count)\r\n"
    }
    return [.raw(head + "\r\n" + (method == "HEAD" ? "" : body))]
  }
}
