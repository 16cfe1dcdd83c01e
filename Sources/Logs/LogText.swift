import Logging
import Support

/// No part of a line is longer, in bytes of UTF-8: CloudWatch Logs takes 256 KiB an event, and a pipe keeps lines of 4
/// KiB whole.
private let longestPart = 2048

extension CustomStringConvertible {
  /// The part of a line made safe for a terminal, on one line and of bounded length.
  var shown: String {
    // Whole, for a secret that is cut is not known for one.
    let text = description.cleaned
    if text.utf8.count <= longestPart { return text }
    // Bytes, not characters: one character may be of any length.
    return String(decoding: text.utf8.prefix(longestPart), as: UTF8.self).printable + "…"
  }
}
