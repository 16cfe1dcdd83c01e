/// The sequences that a type of terminal sends for its keys, as its description (terminfo) names them.
public struct KeySequences: Sendable {
  private var keys: [[UInt8]: Key] = [:]
  private var beginnings: Set<[UInt8]> = []

  /// Of a terminal that nothing is known of: the forms that all know are enough.
  public init() {}

  /// - Parameter capability: what the description says under a name, such as `kcuu1`; nil where it says nothing.
  public init(capability: (String) -> [UInt8]?) {
    for (name, key) in Self.names {
      if let sequence = capability(name) { add(sequence, key) }
    }
  }

  /// The key that a sequence is, in its seven-bit form.
  func key(_ sequence: [UInt8]) -> Key? { keys[sequence] }

  /// Whether a key's sequence goes on after this.
  func goesOn(after sequence: [UInt8]) -> Bool { beginnings.contains(sequence) }

  /// Leaves out what would make a key of something else: single bytes, which mean what they mean everywhere; the
  /// beginnings of control strings; and reports of the cursor's place, `ESC [ 1 ; 2 R`, which xterm's Shift-F3 is alike.
  private mutating func add(_ sequence: [UInt8], _ key: Key) {
    let sequence = Self.sevenBit(sequence)
    guard sequence.count >= 2, sequence.count <= 16, sequence[0] < 0x20 else { return }
    if sequence[0] == 0x1b {
      if KeyDecoder.stringIntroducers.contains(sequence[1]) { return }
      if sequence[1] == 0x5b, sequence.last == 0x52 { return }
    }
    keys[sequence] = key
    for length in 1..<sequence.count { beginnings.insert(Array(sequence.prefix(length))) }
  }

  private static func sevenBit(_ sequence: [UInt8]) -> [UInt8] {
    guard let first = sequence.first, (0x80..<0xa0).contains(first) else { return sequence }
    return [0x1b, first - 0x40] + sequence.dropFirst()
  }

  private static let names: [(String, Key)] =
    [
      ("kcuu1", .up), ("kcud1", .down), ("kcub1", .left), ("kcuf1", .right), ("kpp", .pageUp), ("knp", .pageDown),
      ("khome", .home), ("kend", .end), ("kfnd", .home), ("kslt", .end), ("kich1", .insert), ("kdch1", .delete),
      ("kbs", .backspace), ("kent", .enter), ("kcbt", .backtab), ("ka1", .home), ("ka3", .pageUp), ("kc1", .end),
      ("kc3", .pageDown),
    ] + (1...24).map { ("kf\($0)", .function($0)) }
}
