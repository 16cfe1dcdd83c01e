extension String {
  /// A JSON document of the same value in which no character could steer a terminal or reorder what stands around it:
  /// they can stand only within its texts, where `\\u` and four digits mean them too.
  public var withJSONEscapes: String {
    guard unicodeScalars.contains(where: \.needsJSONEscape) else { return self }
    var result = ""
    for scalar in unicodeScalars {
      if scalar.needsJSONEscape {
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Unicode.Scalar {
  /// Line ends and tabs may stand between the texts; within them JSON has escaped them already.
  fileprivate var needsJSONEscape: Bool { value >= 0x7f && isUnsafeToShow }
}
