import Glibc

/// A request as it came in.
public struct Request: Sendable {
  public var method: String
  /// Path and query, as sent.
  public var target: String
  /// In lower case; of repeated fields the last.
  public var headers: [String: String]
  public var body: [UInt8]
  /// Counted from 1 for each server.
  public var connection: Int

  /// The target without the query.
  public var path: String { String(target.prefix { $0 != "?" }) }

  /// - Returns: nil when the connection ends before a whole request came.
  static func read(from connection: CInt, _ buffer: inout [UInt8], connectionNumber: Int) -> Request? {
    let end = Array("\r\n\r\n".utf8)
    var headEnd = buffer.firstRange(of: end)
    while headEnd == nil {
      guard receive(from: connection, into: &buffer) else { return nil }
      headEnd = buffer.firstRange(of: end)
    }
    guard let headEnd else { return nil }
    let lines = String(decoding: buffer[..<headEnd.lowerBound], as: UTF8.self).split(separator: "\r\n")
    buffer.removeSubrange(..<headEnd.upperBound)
    let words = (lines.first ?? "").split(separator: " ")
    guard words.count == 3 else { return nil }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      headers[line[..<colon].lowercased()] = String(value)
    }
    let length = headers["content-length"].flatMap { Int($0) } ?? 0
    while buffer.count < length {
      guard receive(from: connection, into: &buffer) else { return nil }
    }
    let body = Array(buffer[..<length])
    buffer.removeSubrange(..<length)
    return Request(
      method: String(words[0]), target: String(words[1]), headers: headers, body: body, connection: connectionNumber)
  }

  private static func receive(from connection: CInt, into buffer: inout [UInt8]) -> Bool {
    var part = [UInt8](repeating: 0, count: 16384)
    let count = recv(connection, &part, part.count, 0)
    guard count > 0 else { return false }
    buffer += part[..<count]
    return true
  }
}
