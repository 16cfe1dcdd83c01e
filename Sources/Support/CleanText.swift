extension StringProtocol {
  /// The text made safe to be kept and shown: `printable`, and secrets `masked`.
  ///
  /// Whatever comes from a row, a registry, a log, a child process or the command line goes through here before a person
  /// sees it.
  public var cleaned: String { printable.masked }

  /// The text made safe for a terminal, one line long: control characters (C0, C1, DEL), bidirectional controls, line
  /// separators and other invisible formatting characters become `�`, tabs and line ends become spaces.
  ///
  /// Secrets stay: for what a person types, and nobody keeps.
  public var printable: String {
    if unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value < 0x7f }) { return String(self) }
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar {
      case "\t", "\n", "\r": result.append(" ")
      case _ where scalar.isUnsafeToShow: result.append("\u{fffd}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// A text of several lines, each of them `cleaned`.
  public var cleanedLines: String {
    split(separator: "\n", omittingEmptySubsequences: false).map(\.cleaned).joined(separator: "\n")
  }

  /// The text cut to `length` characters, the last of them `…` where something is missing.
  public func shortened(to length: Int) -> String {
    count <= length ? String(self) : String(prefix(Swift.max(length - 1, 0))) + (length > 0 ? "…" : "")
  }
}

extension Unicode.Scalar {
  /// Whether the character could steer a terminal or reorder what stands around it.
  public var isUnsafeToShow: Bool {
    switch value {
    case 0x00...0x1f, 0x7f...0x9f: true
    case 0x061c, 0x200b, 0x200e, 0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff, 0xfff9...0xfffb: true
    case 0xe0000...0xe0fff: true
    default: false
    }
  }
}
