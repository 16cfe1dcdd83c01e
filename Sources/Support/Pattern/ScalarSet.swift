/// A set of characters, as Unicode scalars.
struct ScalarSet: Sendable {
  static let all: ClosedRange<UInt32> = 0...0x10ffff

  /// In order, none touching the next.
  private(set) var ranges: [ClosedRange<UInt32>]

  init(_ ranges: [ClosedRange<UInt32>]) {
    self.ranges = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = self.ranges.last, range.lowerBound <= last.upperBound + 1 {
        self.ranges[self.ranges.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        self.ranges.append(range)
      }
    }
  }

  init(_ scalar: Unicode.Scalar) {
    self.init([scalar.value...scalar.value])
  }

  /// With the other case of every letter; of sets of more than a few hundred, of ASCII letters only.
  var foldingCase: ScalarSet {
    var folded = ranges
    for range in ranges {
      let isSmall = range.count <= 512
      let (upper, lower) = (UInt32(0x41)...0x5a, UInt32(0x61)...0x7a)
      if range.overlaps(upper) { folded.append(range.clamped(to: upper).shifted(by: 32)) }
      if range.overlaps(lower) { folded.append(range.clamped(to: lower).shifted(by: -32)) }
      guard isSmall, range.upperBound > 0x7f else { continue }
      for value in range {
        guard let properties = Unicode.Scalar(value)?.properties else { continue }
        for mapping in [properties.lowercaseMapping, properties.uppercaseMapping] {
          let scalars = mapping.unicodeScalars
          if scalars.count == 1, let other = scalars.first { folded.append(other.value...other.value) }
        }
      }
    }
    return ScalarSet(folded)
  }

  /// All others but the line end.
  var inverted: ScalarSet {
    var others: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ScalarSet(ranges + [0x0a...0x0a]).ranges {
      if range.lowerBound > next { others.append(next...range.lowerBound - 1) }
      next = range.upperBound + 1
    }
    if next <= Self.all.upperBound { others.append(next...Self.all.upperBound) }
    return ScalarSet(others)
  }

  /// Its ASCII characters.
  var ascii: ByteSet {
    var set = ByteSet()
    for range in ranges where range.lowerBound < 0x80 {
      set.insert(UInt8(range.lowerBound)...UInt8(min(range.upperBound, 0x7f)))
    }
    return set
  }

  /// Whether every character beyond ASCII is in it.
  var hasAllOthers: Bool { ranges.last.map { $0.lowerBound <= 0x80 && $0.upperBound == Self.all.upperBound } ?? false }

  /// Its characters beyond ASCII as sequences of ranges of bytes in UTF-8.
  var sequences: [[ClosedRange<UInt8>]] {
    var found: [[ClosedRange<UInt8>]] = []
    // By the number of bytes; nothing is encoded between d800 and dfff.
    for length in [UInt32(0x80)...0x7ff, 0x800...0xd7ff, 0xe000...0xffff, 0x10000...0x10ffff] {
      for range in ranges where range.overlaps(length) { Self.split(range.clamped(to: length), into: &found) }
    }
    return found
  }

  /// Into ranges of which each byte runs from one value to another whatever the bytes before it.
  private static func split(_ range: ClosedRange<UInt32>, into found: inout [[ClosedRange<UInt8>]]) {
    let (low, high) = (range.lowerBound, range.upperBound)
    for count in 1..<4 as Range<UInt32> {
      let mask = (UInt32(1) << (6 * count)) - 1
      if low & ~mask == high & ~mask { continue }
      let cut = low & mask != 0 ? low | mask : high & mask != mask ? (high & ~mask) - 1 : nil
      if let cut {
        split(low...cut, into: &found)
        split(cut + 1...high, into: &found)
        return
      }
    }
    guard let first = Unicode.Scalar(low), let last = Unicode.Scalar(high) else { return }
    found.append(
      zip(Array(UTF8.encode(first).map(Array.init) ?? []), Array(UTF8.encode(last).map(Array.init) ?? [])).map {
        $0...$1
      })
  }
}

extension ClosedRange<UInt32> {
  fileprivate func shifted(by offset: Int32) -> ClosedRange<UInt32> {
    UInt32(Int32(lowerBound) + offset)...UInt32(Int32(upperBound) + offset)
  }
}

/// A set of bytes.
struct ByteSet: Sendable, Hashable {
  private var words: SIMD4<UInt64> = .zero

  mutating func insert(_ range: ClosedRange<UInt8>) {
    for byte in range { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
  }

  func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1 }
}
