/// How the bytes of a terminal are characters.
public enum Charset: Sendable {
  case utf8
  /// Any other: what a sequence of at most eight bytes, the first of them above ASCII, stands for.
  case other(@Sendable ([UInt8]) -> Conversion)

  public enum Conversion: Sendable, Equatable {
    case scalar(UInt32)
    /// More bytes are needed.
    case incomplete
    case invalid
  }
}

/// Puts bytes together to characters, however they are split over reads.
struct CharacterDecoder {
  /// Stands for bytes that are no character.
  static let broken: UInt32 = 0xfffd

  private let charset: Charset
  private var waiting: [UInt8] = []

  init(_ charset: Charset) {
    self.charset = charset
  }

  /// Whether a character has begun.
  var isPending: Bool { !waiting.isEmpty }

  mutating func reset() { waiting = [] }

  /// What a byte completes: a character; `broken` for what had begun and does not go on, and then what the byte itself
  /// is. A byte from 0x80 to 0x9f that belongs to no character is the control code of its number.
  mutating func take(_ byte: UInt8) -> (UInt32?, UInt32?) {
    if waiting.isEmpty && byte < 0x80 { return (UInt32(byte), nil) }
    waiting.append(byte)
    switch conversion {
    case .incomplete where waiting.count < 8: return (nil, nil)
    case .scalar(let value):
      waiting = []
      return (value, nil)
    default:
      let hadBegun = waiting.count > 1
      waiting = []
      if !hadBegun { return (byte < 0xa0 ? UInt32(byte) : Self.broken, nil) }
      // What did not go on is one thing, and this byte the start of another.
      return (Self.broken, take(byte).0)
    }
  }

  private var conversion: Charset.Conversion {
    switch charset {
    case .utf8: Self.utf8(waiting)
    case .other(let convert): convert(waiting)
    }
  }

  /// As the Unicode standard's table 3-7 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
  private static func utf8(_ bytes: [UInt8]) -> Charset.Conversion {
    let first = bytes[0]
    let length: Int
    switch first {
    case 0xc2...0xdf: length = 2
    case 0xe0...0xef: length = 3
    case 0xf0...0xf4: length = 4
    default: return .invalid
    }
    if bytes.count > 1 {
      let second = bytes[1]
      let lowest: UInt8 = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80
      let highest: UInt8 = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf
      guard second >= lowest, second <= highest, bytes[bytes.count - 1] & 0xc0 == 0x80 else { return .invalid }
    }
    if bytes.count < length { return .incomplete }
    var value = UInt32(first) & (length == 2 ? 0x1f : length == 3 ? 0x0f : 0x07)
    for byte in bytes.dropFirst() { value = value << 6 | UInt32(byte & 0x3f) }
    return .scalar(value)
  }
}
