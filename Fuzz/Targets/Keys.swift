@testable import Terminal

extension FuzzTarget {
  /// What a terminal sends: keys, pastes, mouse reports, answers and titles, in whatever pieces.
  static let keys = FuzzTarget("keys") { bytes throws(Broken) in
    try pieces(bytes)
    try pauses(bytes)
    try strings(bytes)
    try paste(bytes)
  }

  /// Reads cut the bytes anywhere, which is nothing that a person does. (^C counts where nothing comes after it.)
  private static func pieces(_ bytes: [UInt8]) throws(Broken) {
    var (whole, single) = (KeyDecoder(), KeyDecoder())
    let expected = whole.feed(bytes, at: .zero)
    try hold(expected.count <= bytes.count, "\(expected.count) keys of \(bytes.count) bytes")
    if bytes.contains(0x03) { return }
    var keys: [Key] = []
    for byte in bytes { keys += single.feed([byte], at: .zero) }
    try hold(keys == expected, "\(keys) in pieces, \(expected) as a whole")
    try hold(whole.isPending == single.isPending, "one of them waits")
  }

  /// With a pause before every so many bytes; what had begun is given up, and the next key is a key again.
  private static func pauses(_ bytes: [UInt8]) throws(Broken) {
    var (decoder, time, count) = (KeyDecoder(), Duration.zero, 0)
    var rest = bytes[...]
    while let first = rest.first {
      let piece = Array(rest.prefix(Int(first % 7) + 1))
      rest = rest.dropFirst(piece.count)
      time += .milliseconds([1, 30, 60, 1200][Int(first >> 3) % 4])
      if let deadline = decoder.deadline, deadline <= time { count += decoder.expire(at: time).count }
      count += decoder.feed(piece, at: time).count
    }
    for _ in 0..<4 where decoder.isPending {
      guard let deadline = decoder.deadline else { throw Broken("it waits for ever") }
      try hold(deadline - time <= .seconds(10), "it waits until \(deadline)")
      time = max(time, deadline)
      count += decoder.expire(at: time).count
    }
    try hold(!decoder.isPending, "something that had begun is not given up")
    try hold(count <= 8 * bytes.count + 8, "\(count) keys of \(bytes.count) bytes")
    let next = decoder.feed([0x6a], at: time + .seconds(2))
    try hold(next == [.character("j")], "j became \(next)")
  }

  /// Within a control string nothing is a key, whatever is in it but its end.
  private static func strings(_ bytes: [UInt8]) throws(Broken) {
    let content = bytes.filter { (0x20..<0x7f).contains($0) || $0 == 0x0d || $0 == 0x04 || $0 == 0x09 }
    for introducer: UInt8 in [0x50, 0x58, 0x5d, 0x5e, 0x5f] {
      var decoder = KeyDecoder()
      var keys: [Key] = []
      let string = [0x1b, introducer] + content + [0x1b, 0x5c]
      let cut = bytes.count % string.count
      keys += decoder.feed(Array(string[..<cut]), at: .zero)
      keys += decoder.feed(Array(string[cut...]), at: .milliseconds(2))
      try hold(keys.isEmpty, "\(keys) of a string")
      try hold(decoder.feed([0x6a], at: .milliseconds(3)) == [.character("j")], "the string goes on")
    }
  }

  /// What is pasted is text.
  private static func paste(_ bytes: [UInt8]) throws(Broken) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard
      !text.unicodeScalars.contains(where: { $0 == "\u{1b}" || (0x80..<0xa0).contains($0.value) || $0 == "\u{fffd}" })
    else { return }
    var decoder = KeyDecoder()
    let keys = decoder.feed(Array("\u{1b}[200~\(text)\u{1b}[201~".utf8), at: .zero)
    try hold(keys == [.paste(text)], "\(keys) of the paste \(text.debugDescription)")
  }
}
