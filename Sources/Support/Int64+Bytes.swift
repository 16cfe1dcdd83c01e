extension Int64 {
  /// Bytes for a person, in binary units: `512 B`, `3.4 MiB`, `120 GiB`.
  public var inUnits: String { "\(inUnits(of: self)) \(Self.unit(of: self).name)" }

  /// Reads bytes as a person writes them: `1048576`, `20 MiB`, `1.5GB`, `500k`. A unit without `i` is a decimal one.
  ///
  /// - Returns: nil for what is no amount, or too large a one.
  public init?(bytes text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
    let prefix = unit.hasSuffix("b") ? unit.dropLast() : unit[...]
    let isBinary = prefix.hasSuffix("i")
    let power =
      prefix.isEmpty ? 0 : ["k", "m", "g", "t"].firstIndex(of: prefix.dropLast(isBinary ? 1 : 0)).map { $0 + 1 }
    guard let power, let number = Double(digits), digits.first != ".", digits.last != "." else { return nil }
    let size = (0..<power).reduce(1.0) { size, _ in size * (isBinary ? 1024 : 1000) }
    self.init(exactly: (number * size).rounded())
  }

  /// The number alone, in the unit that `whole` is shown in.
  public func inUnits(of whole: Int64) -> String {
    let (_, size) = Self.unit(of: whole)
    if size == 1 { return String(self) }
    let tenths = Int64((Double(self) / size * 10).rounded())
    return tenths >= 1000 || tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }

  private static func unit(of value: Int64) -> (name: String, size: Double) {
    var (index, size) = (0, 1.0)
    let names = ["B", "KiB", "MiB", "GiB", "TiB"]
    while Double(value) >= size * 1024, index < names.count - 1 {
      index += 1
      size *= 1024
    }
    return (names[index], size)
  }
}
