extension Duration {
  /// Whole and fractional seconds.
  public var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }

  /// Reads `90s`, `15m`, `1h30m`, `7d`, `250ms`: whole numbers with units, largest first or not, at least one.
  ///
  /// - Returns: nil for anything else, and for more than a hundred thousand years.
  public init?(text: some StringProtocol) {
    let longest = Duration.seconds(100_000 * 31_556_952)
    var total = Duration.zero
    var rest = Substring(text)
    if rest.isEmpty { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard let number = Int64(digits), number < 1_000_000_000 else { return nil }
      rest = rest.dropFirst(digits.count)
      let unit = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(unit.count)
      switch unit {
      case "ms": total += .milliseconds(number)
      case "s": total += .seconds(number)
      case "m": total += .seconds(number * 60)
      case "h": total += .seconds(number * 3600)
      case "d": total += .seconds(number * 86400)
      case "w": total += .seconds(number * 604_800)
      default: return nil
      }
      if total > longest { return nil }
    }
    self = total
  }

  /// The duration in at most two units for a person: `0s`, `45s`, `2m`, `1h30m`, `3d4h`. Minutes and more drop
  /// seconds, days drop minutes; negative durations show as `0s`.
  public var brief: String {
    let seconds = max(components.seconds, 0)
    let (days, hours, minutes) = (seconds / 86400, seconds / 3600 % 24, seconds / 60 % 60)
    if days > 0 { return hours > 0 && days < 10 ? "\(days)d\(hours)h" : "\(days)d" }
    if hours > 0 { return minutes > 0 ? "\(hours)h\(minutes)m" : "\(hours)h" }
    if minutes > 0 { return "\(minutes)m" }
    return "\(seconds)s"
  }

  /// As `brief`, with tenths of a second under ten of them: `0.8s`.
  public var precise: String {
    guard seconds >= 0, seconds < 10 else { return brief }
    let tenths = Int((seconds * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)s"
  }

  /// In the largest unit that leaves nothing over, as `init(text:)` reads it: `15m`, `90s`.
  public var exact: String {
    let milliseconds = self / .milliseconds(1)
    let units: [(name: String, length: Double)] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)]
    let unit = units.first { milliseconds.truncatingRemainder(dividingBy: $0.length) == 0 } ?? ("ms", 1)
    return "\(Int64(milliseconds / unit.length))\(unit.name)"
  }
}
