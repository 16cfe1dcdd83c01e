/// Puts a text on the clipboard of whoever sits at the terminal, over any number of connections: OSC 52.
enum Clipboard {
  /// Bytes of a text that are copied at most; many terminals take no more.
  static let limit = 74_000

  /// - Parameters:
  ///   - tmux: whether tmux stands between, which passes on only what is wrapped for it.
  ///   - screen: the same for GNU screen, in pieces of at most 768 bytes.
  static func sequence(_ text: String, tmux: Bool, screen: Bool) -> [UInt8] {
    let plain = "\u{1b}]52;c;\(base64(Array(text.utf8.prefix(limit))))\u{7}"
    if tmux { return Array("\u{1b}Ptmux;\(plain.replacing("\u{1b}", with: "\u{1b}\u{1b}"))\u{1b}\\".utf8) }
    guard screen else { return Array(plain.utf8) }
    let bytes = Array(plain.utf8)
    return stride(from: 0, to: bytes.count, by: 700).flatMap { start in
      Array("\u{1b}P".utf8) + bytes[start..<min(start + 700, bytes.count)] + Array("\u{1b}\\".utf8)
    }
  }

  private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

  private static func base64(_ bytes: [UInt8]) -> String {
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for place in 0..<4 { text.append(place <= group.count ? digits[bits >> (18 - 6 * place) & 63] : "=") }
    }
    return text
  }
}
