import CNcurses
import Glibc
import Support

extension Unicode.Scalar {
  /// The columns the character takes on a terminal: 0 for combining marks, 2 for wide ones, else 1.
  ///
  /// What the C library says of UTF-8, whatever locale the process runs in, so that a layout is the same everywhere.
  public var columns: Int {
    if value < 0x300 { return value < 0x20 || (0x7f...0x9f).contains(value) ? 0 : 1 }
    guard let utf8 = utf8Locale.pointer else { return 1 }
    let previous = uselocale(utf8)
    defer { uselocale(previous) }
    return max(Int(shim_width(value)), 0)
  }

  /// Joiners, variation selectors and skin tones: terminals disagree about how wide they make what stands before
  /// them, so they are left out rather than let a row slip out of its columns.
  var isOmitted: Bool {
    switch value {
    case 0x200c, 0x200d, 0xfe00...0xfe0f, 0x1f3fb...0x1f3ff: true
    default: false
    }
  }
}

extension StringProtocol {
  /// The columns the text takes in a grid.
  public var columns: Int {
    if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return utf8.count }
    return unicodeScalars.reduce(0) { sum, scalar in
      switch scalar {
      case "\t", "\n", "\r": sum + 1
      case _ where scalar.isOmitted: sum
      case _ where scalar.isUnsafeToShow: sum + 1
      default: sum + scalar.columns
      }
    }
  }
}

/// Made once and never freed; a locale object may be used by any thread.
private struct UTF8Locale: @unchecked Sendable {
  let pointer: locale_t?
}

private let utf8Locale = UTF8Locale(pointer: newlocale(LC_CTYPE_MASK, "C.UTF-8", nil))
