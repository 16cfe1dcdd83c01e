import Support

/// The grammar of a registry's `host[:port]`.
enum HostGrammar {
  /// The index of the first byte that is wrong and why, or nil.
  static func firstFault(in part: ArraySlice<UInt8>) -> (Int, String)? {
    var end = part.endIndex
    if part.first == UInt8(ascii: "[") {
      guard let bracket = part.firstIndex(of: UInt8(ascii: "]")) else {
        return (part.endIndex, "the bracket of the IPv6 address is not closed")
      }
      let inside = (part.startIndex + 1)..<bracket
      if let odd = inside.first(where: { !isAddressByte(part[$0]) }) {
        return (odd, "an IPv6 address cannot contain this")
      }
      guard !inside.isEmpty else { return (bracket, "the IPv6 address is empty") }
      guard inside.count <= 45, part[inside].contains(UInt8(ascii: ":")) else {
        return (part.startIndex + 1, "this is not an IPv6 address")
      }
      guard bracket + 1 < part.endIndex else { return nil }
      guard part[bracket + 1] == UInt8(ascii: ":") else { return (bracket + 1, "a colon and a port belong here") }
      end = bracket + 1
    } else {
      if let colon = part.firstIndex(of: UInt8(ascii: ":")) { end = colon }
      if let fault = faultOfName(part[part.startIndex..<end]) { return fault }
    }
    return end < part.endIndex ? faultOfPort(part[(end + 1)...]) : nil
  }

  private static func isAddressByte(_ byte: UInt8) -> Bool {
    isLowerHex(byte) || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte) || ":.".utf8.contains(byte)
  }

  private static func faultOfName(_ name: ArraySlice<UInt8>) -> (Int, String)? {
    guard name.count <= 253 else { return (name.startIndex + 253, "a host name has at most 253 characters") }
    var labelStart = name.startIndex
    for index in name.startIndex...name.endIndex where index == name.endIndex || name[index] == UInt8(ascii: ".") {
      let label = name[labelStart..<index]
      guard let first = label.first, let last = label.last else {
        return (index, "a part of the host name is empty")
      }
      if let odd = label.firstIndex(where: { !isAlphanumeric($0) && $0 != UInt8(ascii: "-") }) {
        return (odd, "a host name has only letters, digits, '-' and '.'")
      }
      if first == UInt8(ascii: "-") { return (labelStart, "a part of the host name begins with '-'") }
      if last == UInt8(ascii: "-") { return (index - 1, "a part of the host name ends in '-'") }
      guard label.count <= 63 else { return (labelStart + 63, "a part of a host name has at most 63 characters") }
      labelStart = index + 1
    }
    return nil
  }

  private static func faultOfPort(_ port: ArraySlice<UInt8>) -> (Int, String)? {
    if let odd = port.firstIndex(where: { !isDigit($0) }) {
      return (odd, "a port must be a number")
    }
    guard let number = UInt16(String(decoding: port, as: UTF8.self)), number > 0 else {
      return (port.startIndex, "a port must be between 1 and 65535")
    }
    return nil
  }
}
