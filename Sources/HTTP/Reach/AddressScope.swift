/// Kinds of addresses that mean something else on each machine: who names one from outside asks for this machine's
/// inside.
public struct AddressScope: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// This machine itself: 127.0.0.0/8, `::1`; 0.0.0.0/8 and `::`, which lead there; `localhost` and names below it.
  public static let loopback = AddressScope(rawValue: 1)
  /// The link this machine is on, where clouds keep the credentials of machines: 169.254.0.0/16, fe80::/10, and the
  /// addresses of such services elsewhere (fd00:ec2::/32 of AWS, and those of Alibaba, Azure and Oracle).
  public static let linkLocal = AddressScope(rawValue: 2)

  /// The scope of an address; empty for all others.
  public init(_ address: IPAddress) {
    let bytes = address.bytes
    if bytes.count == 16 {
      if bytes.dropLast().allSatisfy({ $0 == 0 }), bytes[15] <= 1 {
        self = .loopback
        return
      }
      if bytes[0] == 0xfe, bytes[1] & 0xc0 == 0x80 {
        self = .linkLocal
        return
      }
      if bytes.starts(with: [0xfd, 0x00, 0x0e, 0xc2]) {
        self = .linkLocal
        return
      }
    }
    guard let four = bytes.count == 4 ? bytes : address.embedded else {
      self = []
      return
    }
    if four[0] == 127 || four[0] == 0 {
      self = .loopback
    } else if four.starts(with: [169, 254]) || Self.metadata.contains(four) {
      self = .linkLocal
    } else {
      self = []
    }
  }

  /// The scope that a host's name tells by itself, without asking a resolver.
  ///
  /// - Parameter host: in lower case, without a port.
  public init(host: some StringProtocol) {
    if let address = IPAddress(literal: host) {
      self.init(address)
      return
    }
    let name = host.hasSuffix(".") ? host.dropLast() : host[...]
    self = name == "localhost" || name.hasSuffix(".localhost") ? .loopback : []
  }

  private static let metadata: [[UInt8]] = [[100, 100, 100, 200], [168, 63, 129, 16], [192, 0, 0, 192]]

  /// What such an address is, for a person.
  public var text: String {
    contains(.linkLocal) ? "a link-local address, where machines keep their own secrets" : "this machine itself"
  }
}
