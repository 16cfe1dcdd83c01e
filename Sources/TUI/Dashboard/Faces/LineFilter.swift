import Terminal

/// Takes lines in which a terminal's control sequences stand for what they are: nobody's words. A control string that
/// goes on over the ends of lines takes all of them with it.
struct LineFilter {
  private var decoder = KeyDecoder()

  /// How long to wait for the rest of what began in a line; nil where nothing did.
  var deadline: Duration? { decoder.deadline }

  /// - Parameter time: when the line was read, since any beginning.
  /// - Returns: the line; nil where it has anything but characters in it.
  mutating func words(of line: String, at time: Duration) -> String? {
    let isClean = !decoder.isPending
    let keys = decoder.feed(Array(line.utf8) + [0x0a], at: time)
    guard isClean, keys.last == .enter else { return nil }
    for key in keys.dropLast() {
      switch key {
      case .character, .tab: break
      default: return nil
      }
    }
    return keys.count == line.unicodeScalars.count + 1 ? line : nil
  }

  /// To be told when nothing came until `deadline`.
  mutating func expire(at time: Duration) { _ = decoder.expire(at: time) }
}
