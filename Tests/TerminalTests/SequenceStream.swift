/// Bytes as hostile or confused programs send them, with harmless keys between, made from a seed.
struct SequenceStream {
  private(set) var random: SplitMix
  private let pieces: [[UInt8]]

  init(seed: UInt64) {
    random = SplitMix(state: seed)
    pieces = Self.strings + Self.sequences
  }

  /// What would delete rows, disable them, mirror and confirm, were it keys.
  private static let payloads = [
    "0;*Ddelete 50\r", "x", "*x", "m\ry", "D\r", ">|XTerm(390)", "52;c;KkRkZWxldGU=", "4;1;rgb:00/00/00", "é✜漢D",
    "\u{9b}3~D", "K\ry", "\u{1b}[3~", "\u{1b}Dy", ":delete\r", "", "1$r0;1m", "\0\r\n\t\u{8}D",
    String(repeating: "D", count: 3000),
  ]

  private static let strings: [[UInt8]] = payloads.flatMap { payload -> [[UInt8]] in
    let text = Array(payload.utf8)
    let introducers: [[UInt8]] = [
      [0x1b, 0x5d], [0x1b, 0x50], [0x1b, 0x58], [0x1b, 0x5e], [0x1b, 0x5f], [0x9d], [0x90], [0xc2, 0x9f],
    ]
    let ends: [[UInt8]] = [[0x1b, 0x5c], [0x9c], [0xc2, 0x9c], [0x18], [0x1a]]
    return introducers.flatMap { begin in ends.map { begin + text + $0 } } + [[0x1b, 0x5d] + text + [0x07]]
  }

  private static let sequences: [[UInt8]] =
    [
      "[1;5D", "[3;5~", "[?64;1;2c", "[24;80R", "[27;5;68~", "[68;5u", "[<35;5;6M", "[<0;5;6m", "[I", "[O",
      "[?2026;2$y",
      "[8;24;80t", "(D", "%G", "[MDDD", "[MxD\r", "O5D", "Oj", "[3\u{18}", "[3\u{1a}", "[3\r\n;5~",
      "[200~*Ddelete 50\r\u{1b}[201~",
      "[200~\u{1b}[3~\u{1b}[201~", "[" + String(repeating: "1;", count: 200) + "D", "[[Z", "#8", "[?D", "[>0;276;0c",
    ].map { [0x1b] + Array($0.utf8) } + [
      [0x1b, 0x5b, 0x4d, 0xff, 0x9d, 0x44], [0x9b, 0x33, 0x3b, 0x35, 0x7e], [0x8f, 0x6a],
      [0x1b, 0x5b, 0x4d, 0x20, 0xc3, 0x9b],
    ]

  /// - Returns: at least `count` bytes, and the keys `j` and `k` among them, in order.
  mutating func make(count: Int) -> (bytes: [UInt8], keys: [UInt8]) {
    var (bytes, keys): ([UInt8], [UInt8]) = ([], [])
    bytes.reserveCapacity(count + 4000)
    while bytes.count < count {
      bytes += pieces[Int(truncatingIfNeeded: random.next() >> 33) % pieces.count]
      let key: UInt8 = random.next() & 1 == 0 ? 0x6a : 0x6b
      bytes.append(key)
      keys.append(key)
    }
    return (bytes, keys)
  }
}

/// The same numbers for the same seed.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
