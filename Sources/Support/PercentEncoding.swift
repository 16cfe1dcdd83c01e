/// `application/x-www-form-urlencoded`, spaces as `%20`.
public func formEncoded(_ parameters: [(String, String)]) -> String {
  parameters.map { "\(percentEncoded($0))=\(percentEncoded($1))" }.joined(separator: "&")
}

/// Everything but RFC 3986's unreserved characters as `%XX`.
public func percentEncoded(_ text: some StringProtocol) -> String {
  let digits = Array("0123456789ABCDEF".utf8)
  var result: [UInt8] = []
  for byte in text.utf8 {
    if isAlphanumeric(byte) || "-._~".utf8.contains(byte) {
      result.append(byte)
    } else {
      result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  return String(decoding: result, as: UTF8.self)
}
