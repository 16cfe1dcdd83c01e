import CNcurses

/// Makes keys of what ncurses reads: it recognises the terminal's known sequences; this finds Alt, pastes and the
/// sequences nobody knows, so that their letters are never taken for keys that do something.
struct KeyDecoder {
  /// What `wget_wch` gives: a character, or the code of a known sequence.
  enum Input: Equatable {
    case character(UInt32)
    case code(CInt)
  }

  /// Codes that `define_key` gives to the sequences around a paste; above all that ncurses uses.
  static let pasteBegins: CInt = 0x2000
  static let pasteEnds: CInt = 0x2001

  /// Pastes are cut here, in characters.
  static let pasteLimit = 65536

  private var paste: [Unicode.Scalar]?
  private var lastPress: (position: Position, at: ContinuousClock.Instant)?

  /// The keys of one batch. An Esc that ends it is the key itself: what belongs to a sequence comes in one batch.
  mutating func decode(_ batch: [Input]) -> [Key] {
    var keys: [Key] = []
    var rest = batch[...]
    while let input = rest.popFirst() {
      if let key = next(input, &rest) { keys.append(key) }
    }
    return keys
  }

  private mutating func next(_ input: Input, _ rest: inout ArraySlice<Input>) -> Key? {
    switch input {
    case .code(Self.pasteBegins):
      paste = []
      return nil
    case .code(Self.pasteEnds):
      defer { paste = nil }
      return paste.map { scalars in
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return .paste(String(text))
      }
    case .code(let code):
      return paste == nil ? Self.key(code: code) : nil
    case .character(let value):
      if paste != nil {
        if let scalar = Unicode.Scalar(value), (paste?.count ?? 0) < Self.pasteLimit { paste?.append(scalar) }
        return nil
      }
      if value == 0x1b { return afterEscape(&rest) }
      return Self.key(character: value)
    }
  }

  /// The mouse in its SGR form: `0;5;6M` is a press of the first button in column 5 of row 6, `m` lets it go.
  private mutating func mouse(_ sequence: ArraySlice<UInt32>) -> Key? {
    let numbers = sequence.dropLast().split(separator: 0x3b).map { digits in
      digits.reduce(0) { $0 > 100_000 ? $0 : $0 * 10 + Int($1) - 0x30 }
    }
    guard sequence.last == 0x4d, numbers.count == 3, numbers.allSatisfy({ $0 >= 0 }) else { return nil }
    let kinds: [Int: Mouse.Kind] = [0: .press, 64: .wheelUp, 65: .wheelDown]
    return kinds[numbers[0]].map { kind in
      .mouse(doubled(Mouse(kind: kind, position: Position(row: numbers[2] - 1, column: numbers[1] - 1))))
    }
  }

  /// A press that follows another at its place within a third of a second is a double one.
  private mutating func doubled(_ event: Mouse) -> Mouse {
    let now = ContinuousClock.now
    guard event.kind == .press else { return event }
    if let last = lastPress, last.position == event.position, now - last.at < .milliseconds(330) {
      lastPress = nil
      return Mouse(kind: .double, position: event.position)
    }
    lastPress = (event.position, now)
    return event
  }

  private mutating func afterEscape(_ rest: inout ArraySlice<Input>) -> Key? {
    guard case .character(let value)? = rest.first else { return .escape }
    switch value {
    case 0x1b:
      return .escape
    case 0x5b:  // CSI: parameters, then one final character.
      rest.removeFirst()
      let sequence = Self.sequence(&rest)
      if sequence.first == 0x3c { return mouse(sequence.dropFirst()) }
      return Self.key(sequence: sequence)
    case 0x4f:  // SS3: one character follows.
      rest.removeFirst()
      if case .character? = rest.first { rest.removeFirst() }
      return .unknown
    default:
      rest.removeFirst()
      guard value >= 0x20, value != 0x7f, let scalar = Unicode.Scalar(value) else { return .unknown }
      return .alt(Character(scalar))
    }
  }

  /// Takes a sequence off the batch, up to its final character.
  private static func sequence(_ rest: inout ArraySlice<Input>) -> [UInt32] {
    var sequence: [UInt32] = []
    while case .character(let part)? = rest.popFirst() {
      sequence.append(part)
      if (0x40...0x7e).contains(part) { break }
    }
    return sequence
  }

  /// Arrows, Home and End as a terminal sends them that does not heed ncurses' switch to application keys.
  private static func key(sequence: [UInt32]) -> Key {
    switch sequence {
    case [0x41]: .up
    case [0x42]: .down
    case [0x43]: .right
    case [0x44]: .left
    case [0x46]: .end
    case [0x48]: .home
    default: .unknown
    }
  }

  static func key(character value: UInt32) -> Key {
    switch value {
    case 8, 127: .backspace
    case 9: .tab
    case 10, 13: .enter
    case 27: .escape
    case 0..<32: .control(Character(Unicode.Scalar(UInt8(value + 64))))
    case 0x80..<0xa0: .unknown
    default: Unicode.Scalar(value).map { .character(Character($0)) } ?? .unknown
    }
  }

  /// - Returns: nil for what is no key: ncurses' own note of a new size.
  static func key(code: CInt) -> Key? {
    switch code {
    case KEY_RESIZE: nil
    case KEY_UP: .up
    case KEY_DOWN: .down
    case KEY_LEFT: .left
    case KEY_RIGHT: .right
    case KEY_PPAGE, KEY_A3: .pageUp
    case KEY_NPAGE, KEY_C3: .pageDown
    case KEY_HOME, KEY_A1, KEY_FIND: .home
    case KEY_END, KEY_C1, KEY_SELECT: .end
    case KEY_IC: .insert
    case KEY_DC: .delete
    case KEY_BACKSPACE: .backspace
    case KEY_ENTER: .enter
    case KEY_BTAB: .backtab
    case KEY_F0 + 1...KEY_F0 + 24: .function(Int(code - KEY_F0))
    default: .unknown
    }
  }
}
