extension StringProtocol {
  /// With another text in the place of each of these scalars: of what quotes and escapes are made for, which read
  /// scalars or bytes. A quote and a combining mark behind it are one `Character`, and no quote to `replacing`.
  public func replacing(scalar: Unicode.Scalar, with text: String) -> String {
    guard unicodeScalars.contains(scalar) else { return String(self) }
    var result = String.UnicodeScalarView()
    for other in unicodeScalars {
      if other == scalar { result.append(contentsOf: text.unicodeScalars) } else { result.append(other) }
    }
    return String(result)
  }
}
