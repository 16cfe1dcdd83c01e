import CCrypto
import Support

/// The digest of a manifest or blob: `sha256:` and 64 hexadecimal digits, or another algorithm of the OCI image
/// specification's grammar.
public struct Digest: Sendable, Hashable, CustomStringConvertible {
  private let value: Value

  /// A table of mirrors holds tens of thousands: the usual ones take no text of their own.
  private enum Value: Sendable, Hashable {
    case sha256(UInt64, UInt64, UInt64, UInt64)
    case other(algorithm: String, encoded: String)
  }

  /// `sha256`, `sha512`, …
  public var algorithm: String {
    switch value {
    case .sha256: "sha256"
    case .other(let algorithm, _): algorithm
    }
  }

  /// The encoded part; lower-case hexadecimal for the registered algorithms.
  public var hex: String {
    switch value {
    case .sha256(let a, let b, let c, let d):
      withUnsafeBytes(of: (a.bigEndian, b.bigEndian, c.bigEndian, d.bigEndian)) { hexadecimal($0) }
    case .other(_, let encoded): encoded
    }
  }

  /// Reads `algorithm:encoded`.
  ///
  /// - Throws: `ReferenceError` with the place, counted within the digest.
  public init(_ text: some StringProtocol) throws(ReferenceError) {
    if let words = Self.usual(text) {
      self.init(.sha256(words.0, words.1, words.2, words.3))
      return
    }
    let bytes = Array(text.utf8.prefix(Self.longest + 1))
    guard bytes.count <= Self.longest else {
      throw ReferenceError(text, column: Self.longest + 1, "a digest has at most \(Self.longest) characters")
    }
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else {
      throw ReferenceError(text, column: bytes.count + 1, "a digest is an algorithm, a colon and hexadecimal digits")
    }
    if let wrong = Self.firstWrong(algorithm: bytes[..<colon]) {
      throw ReferenceError(text, column: wrong + 1, "a digest begins with an algorithm such as sha256")
    }
    let algorithm = String(decoding: bytes[..<colon], as: UTF8.self)
    let encoded = bytes[(colon + 1)...]
    let isRegistered = Self.lengths[algorithm] != nil
    if let wrong = encoded.firstIndex(where: { isRegistered ? !isLowerHex($0) : !isEncoded($0) }) {
      throw ReferenceError(
        text, column: wrong + 1,
        isRegistered
          ? "a \(algorithm) digest has only the digits 0-9 and a-f" : "a digest cannot contain this character"
      )
    }
    let length = Self.lengths[algorithm] ?? max(encoded.count, 32)
    guard encoded.count == length else {
      throw ReferenceError(
        text, column: colon + 2 + min(encoded.count, length),
        "a \(algorithm) digest has \(isRegistered ? "" : "at least ")\(length) digits, not \(encoded.count)")
    }
    self.init(algorithm: algorithm, encoded: encoded)
  }

  private init(_ value: Value) { self.value = value }

  private init(algorithm: String, encoded: ArraySlice<UInt8>) {
    if algorithm == "sha256", encoded.count == 64 {
      let words = (0..<4).map { word in
        encoded.dropFirst(word * 16).prefix(16).reduce(UInt64(0)) { $0 << 4 | UInt64(hexadecimalValue($1)) }
      }
      value = .sha256(words[0], words[1], words[2], words[3])
    } else {
      value = .other(algorithm: algorithm, encoded: String(decoding: encoded, as: UTF8.self))
    }
  }

  /// The words of `sha256:` and 64 digits; nil for anything else. Tables and registries are full of them.
  private static func usual(_ text: some StringProtocol) -> (UInt64, UInt64, UInt64, UInt64)? {
    text.utf8.withContiguousStorageIfAvailable { bytes -> (UInt64, UInt64, UInt64, UInt64)? in
      guard bytes.count == 71, bytes.starts(with: "sha256:".utf8) else { return nil }
      func word(_ start: Int) -> UInt64? {
        var word: UInt64 = 0
        for byte in bytes[start..<(start + 16)] {
          guard isLowerHex(byte) else { return nil }
          word = word << 4 | UInt64(hexadecimalValue(byte))
        }
        return word
      }
      guard let a = word(7), let b = word(23), let c = word(39), let d = word(55) else { return nil }
      return (a, b, c, d)
    } ?? nil
  }

  /// The SHA-256 of some bytes.
  public static func sha256(of bytes: [UInt8]) -> Digest {
    Digest(algorithm: "sha256", encoded: Array(hexadecimal(evpDigest(bytes, with: EVP_sha256())).utf8)[...])
  }

  /// Whether these bytes have this digest; nil where the algorithm is neither SHA-256, SHA-384 nor SHA-512.
  public func matches(_ bytes: [UInt8]) -> Bool? {
    let function =
      switch algorithm {
      case "sha256": EVP_sha256()
      case "sha384": EVP_sha384()
      case "sha512": EVP_sha512()
      default: OpaquePointer?.none
      }
    return function.map { hexadecimal(evpDigest(bytes, with: $0)) == hex }
  }

  /// The first 12 digits: enough for a person to tell two apart.
  public var short: String { String(hex.prefix(12)) }

  public var description: String {
    guard case .sha256(let a, let b, let c, let d) = value else { return "\(algorithm):\(hex)" }
    return String(unsafeUninitializedCapacity: 71) { text in
      _ = text.initialize(from: "sha256:".utf8)
      var end = 7
      for word in [a, b, c, d] {
        for shift in stride(from: 60, through: 0, by: -4) {
          let digit = UInt8(truncatingIfNeeded: word >> shift) & 15
          text[end] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
          end += 1
        }
      }
      return end
    }
  }

  private static let lengths = ["sha256": 64, "sha384": 96, "sha512": 128]
  private static let longest = 256

  /// The first character that breaks `[a-z0-9]+([+._-][a-z0-9]+)*`; the end where one is missing.
  private static func firstWrong(algorithm: ArraySlice<UInt8>) -> Int? {
    var previousIsSeparator = true
    for (index, byte) in zip(algorithm.indices, algorithm) {
      if isLowerAlphanumeric(byte) {
        previousIsSeparator = false
      } else if !previousIsSeparator, "+._-".utf8.contains(byte) {
        previousIsSeparator = true
      } else {
        return index
      }
    }
    return previousIsSeparator ? algorithm.endIndex : nil
  }
}

extension Digest: Codable {
  public init(from decoder: any Decoder) throws {
    try self.init(decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

private func evpDigest(_ bytes: [UInt8], with function: OpaquePointer?) -> [UInt8] {
  var length: UInt32 = 0
  var result = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
  // Fails only for want of memory; no length then means a digest that equals none.
  EVP_Digest(bytes, bytes.count, &result, &length, function, nil)
  return Array(result.prefix(Int(length)))
}

/// Of a lower-case digit.
private func hexadecimalValue(_ digit: UInt8) -> UInt8 {
  digit <= UInt8(ascii: "9") ? digit - UInt8(ascii: "0") : digit - UInt8(ascii: "a") + 10
}

func isLowerHex(_ byte: UInt8) -> Bool {
  isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
}

func isLowerAlphanumeric(_ byte: UInt8) -> Bool {
  isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
}

private func isEncoded(_ byte: UInt8) -> Bool {
  isAlphanumeric(byte) || "=_-".utf8.contains(byte)
}
