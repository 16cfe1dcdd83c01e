import CCurl
import Glibc

/// A numeric address, IPv4 or IPv6.
public struct IPAddress: Sendable, Hashable, CustomStringConvertible {
  /// 4 or 16, in network order.
  public let bytes: [UInt8]

  /// Takes an address in any spelling that a resolver takes without asking anybody: `127.0.0.1`, `127.1`, `0x7f000001`,
  /// `017700000001`, `2130706433`, `::1`, `::ffff:127.0.0.1`, `fe80::1%eth0`; with brackets or a dot at the end, too.
  ///
  /// - Returns: nil for a name.
  public init?(literal host: some StringProtocol) {
    var text = String(host)
    if text.hasPrefix("["), text.hasSuffix("]") { text = String(text.dropFirst().dropLast()) }
    if text.contains(":") {
      var address = in6_addr()
      let zoneless = String(text.prefix { $0 != "%" })
      guard inet_pton(AF_INET6, zoneless, &address) == 1 else { return nil }
      bytes = withUnsafeBytes(of: address) { Array($0) }
    } else {
      if text.hasSuffix(".") { text.removeLast() }
      var address = in_addr()
      // It reads up to the first blank.
      guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 }), inet_aton(text, &address) != 0 else { return nil }
      bytes = withUnsafeBytes(of: address) { Array($0) }
    }
  }

  /// - Returns: nil for what is neither an IPv4 nor an IPv6 socket's address.
  init?(_ address: UnsafePointer<sockaddr>) {
    switch CInt(address.pointee.sa_family) {
    case AF_INET:
      bytes = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
        withUnsafeBytes(of: pointer.pointee.sin_addr) { Array($0) }
      }
    case AF_INET6:
      bytes = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
        withUnsafeBytes(of: pointer.pointee.sin6_addr) { Array($0) }
      }
    default: return nil
    }
  }

  /// The IPv4 address that an IPv6 one stands for: mapped, compatible, translated (NAT64, SIIT) or 6to4.
  var embedded: [UInt8]? {
    guard bytes.count == 16 else { return nil }
    func begins(_ prefix: [UInt8]) -> Bool { bytes.starts(with: prefix) }
    let zeros = [UInt8](repeating: 0, count: 8)
    if begins(zeros + [0, 0, 0xff, 0xff]) || begins(zeros + [0xff, 0xff, 0, 0]) || begins(zeros + [0, 0, 0, 0])
      || begins([0, 0x64, 0xff, 0x9b])
    {
      return Array(bytes[12...])
    }
    return begins([0x20, 0x02]) ? Array(bytes[2..<6]) : nil
  }

  public var description: String {
    guard bytes.count == 16 else { return bytes.map(String.init).joined(separator: ".") }
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard inet_ntop(AF_INET6, bytes, &text, socklen_t(text.count)) != nil else { return "?" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
