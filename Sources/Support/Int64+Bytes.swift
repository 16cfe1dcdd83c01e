extension Int64 {
  /// Bytes for a person, in binary units: `512 B`, `3.4 MiB`, `120 GiB`.
  public var inUnits: String { "\(inUnits(of: self)) \(Self.unit(of: self).name)" }

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
