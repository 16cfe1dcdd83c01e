/// Makes keys of the bytes that a terminal sends, by the state machine that terminals themselves are built by (ECMA-48,
/// Paul Williams' parser of the VT500, xterm's control sequences).
///
/// Control strings (OSC, DCS, SOS, PM, APC), as answers to questions or echoed titles are, give no key, and neither do
/// sequences nobody here knows; however they are split over reads. A sequence that does not go on is given up as a
/// whole, after a pause. Knows no clock: `feed` is told when the bytes were read, and `expire` that nothing came by
/// `deadline`.
public struct KeyDecoder: Sendable {
  private enum State {
    case ground
    case escape
    /// After `ESC` and intermediates, ` ` to `/`; or within a sequence that a description names.
    case intermediate, held
    case controlSequence, linuxFunction, singleShift
    /// The three bytes of an X10 report, whatever they are.
    case mouse
    /// A control string; its ESC, which may begin its end.
    case string, stringEscape
    case paste
    /// What comes of a paste after it was cut.
    case pasteRest
  }

  /// How long an Esc may be the beginning of a sequence.
  public static let escapePause = Duration.milliseconds(50)
  /// How long anything else that has begun may wait to go on.
  public static let sequencePause = Duration.seconds(1)
  /// A string longer than this, in bytes, or that came for longer, ends with the first pause as long as Esc's.
  static let stringLimit = 65536
  static let stringTime = Duration.seconds(5)
  /// Longer sequences are none.
  private static let sequenceLimit = 64

  /// What begins a control string after ESC: DCS, SOS, OSC, PM and APC.
  static let stringIntroducers: Set<UInt8> = [0x50, 0x58, 0x5d, 0x5e, 0x5f]

  /// How many keys, sequences and strings have ended so far, whether anything came of them or not.
  public private(set) var inputs = 0

  private let sequences: KeySequences
  private var characters: CharacterDecoder
  private var state = State.ground
  /// The sequence so far, in its seven-bit form.
  private var collected: [UInt8] = []
  private var isOverlong = false
  /// Esc was pressed so often before what follows.
  private var escapes = 0
  /// The key it is if nothing more comes.
  private var held: Key?
  private var mouseBytes = 0
  private var isOSC = false
  private var stringBegan = Duration.zero
  private var stringBytes = 0
  private var paste = PasteText()
  private var reports = MouseReports()
  private var lastByte = Duration.zero
  /// When an Esc was taken for the key, since nothing followed.
  private var escapeTaken: Duration?
  private var keys: [Key] = []

  public init(charset: Charset = .utf8, sequences: KeySequences = KeySequences()) {
    self.sequences = sequences
    characters = CharacterDecoder(charset)
  }

  /// Whether something has begun and not ended.
  public var isPending: Bool { state != .ground || characters.isPending }

  /// When what has begun is given up, unless more comes before; nil where nothing has.
  public var deadline: Duration? {
    guard isPending else { return nil }
    return lastByte + pause
  }

  private var pause: Duration {
    switch state {
    case .escape, .intermediate, .held: Self.escapePause
    case .string, .stringEscape:
      stringBytes > Self.stringLimit || lastByte - stringBegan > Self.stringTime
        ? Self.escapePause : Self.sequencePause
    default: Self.sequencePause
    }
  }

  /// The keys that these bytes complete.
  ///
  /// - Parameter time: when they were read, since any beginning.
  public mutating func feed(_ bytes: [UInt8], at time: Duration) -> [Key] {
    guard !bytes.isEmpty else { return [] }
    keys = []
    lastByte = time
    rejoin(bytes, time)
    bytes.withUnsafeBufferPointer { bytes in
      var index = 0
      let last = bytes.count - 1
      while index <= last {
        if state == .string, !characters.isPending {
          // Most of a string is swallowed here, quickly.
          let start = index
          while index <= last, bytes[index] >= 0x20, bytes[index] < 0x80 { index += 1 }
          stringBytes += index - start
          if index > last { break }
        }
        take(bytes[index], isLast: index == last)
        index += 1
      }
    }
    return keys
  }

  /// The keys that it comes to that nothing more came: an Esc is the key, a paste is done; anything else that had begun
  /// is given up. Does nothing before `deadline`. To be asked only when nothing waits to be read.
  public mutating func expire(at time: Duration) -> [Key] {
    guard let deadline, deadline <= time else { return [] }
    keys = []
    switch state {
    case .escape:
      for _ in 0..<escapes { emit(.escape) }
      escapeTaken = time
    case .intermediate, .held: emit(held ?? .unknown)
    case .paste: emit(.paste(paste.text))
    default: inputs += 1
    }
    end()
    characters.reset()
    return keys
  }

  /// An Esc that was taken for the key, and then what looks like the rest of its sequence, in one piece: that is no key.
  private mutating func rejoin(_ bytes: [UInt8], _ time: Duration) {
    defer { escapeTaken = nil }
    guard state == .ground, let escapeTaken, time - escapeTaken < Self.sequencePause, bytes.count > 1 else { return }
    if bytes[0] == 0x5b || bytes[0] == 0x4f || Self.stringIntroducers.contains(bytes[0]) {
      begin(.escape, [0x1b])
      escapes = 0
    }
  }

  private mutating func take(_ byte: UInt8, isLast: Bool) {
    if state == .string || state == .stringEscape { stringBytes += 1 }
    // ^C is always a key when a person may have pressed it: nothing comes after it.
    if byte == 0x03, isLast, state != .ground { return interrupt() }
    if state == .mouse {
      mouseBytes += 1
      if mouseBytes == 3 { swallow() }
      return
    }
    if byte < 0x80, !characters.isPending { return step(UInt32(byte)) }
    let (first, second) = characters.take(byte)
    if let first { step(first) }
    if let second { step(second) }
  }

  private mutating func step(_ unit: UInt32) {
    switch state {
    case .ground: inGround(unit)
    case .escape: afterEscape(unit)
    case .intermediate: inIntermediate(unit)
    case .held: inHeld(unit)
    case .controlSequence: inControlSequence(unit)
    case .linuxFunction:
      if control(unit) { return }
      let isKey = (0x41...0x45).contains(unit)
      finish(isKey ? .function(Int(unit) - 0x40) : .unknown)
    case .singleShift: inSingleShift(unit)
    case .mouse: break
    case .string: inString(unit)
    case .stringEscape:
      if unit == 0x5c { return swallow() }
      if unit == 0x18 || unit == 0x1a { return swallow() }
      // An ESC that does not begin the end is part of the string: what would follow it is somebody's text.
      if unit != 0x1b {
        state = .string
        inString(unit)
      }
    case .paste:
      if paste.take(unit) {
        finish(.paste(paste.text))
      } else if paste.isFull {
        emit(.paste(paste.text))
        paste.cut()
        state = .pasteRest
      }
    case .pasteRest:
      if paste.take(unit) { swallow() }
      if paste.isFull { paste.cut() }
    }
  }

  private mutating func inGround(_ unit: UInt32) {
    if unit == 0x1b {
      begin(.escape, [0x1b])
      escapes = 1
      return
    }
    if (0x80..<0xa0).contains(unit) { return beginEightBit(UInt8(unit)) }
    let key = Self.key(character: unit)
    if unit < 0x20, sequences.goesOn(after: [UInt8(unit)]) {
      begin(.held, [UInt8(unit)])
      held = key
      return
    }
    emit(key)
  }

  /// A control code above ASCII is what ESC and a letter are.
  private mutating func beginEightBit(_ code: UInt8) {
    begin(.escape, [0x1b])
    escapes = 0
    let letter = code - 0x40
    if letter == 0x5b || letter == 0x4f || Self.stringIntroducers.contains(letter) {
      afterEscape(UInt32(letter))
    } else {
      finish(.unknown)
    }
  }

  private mutating func afterEscape(_ unit: UInt32) {
    switch unit {
    case 0x1b:
      escapes = min(escapes + 1, 8)
    case 0x5b: begin(.controlSequence, [0x1b, 0x5b])
    case 0x4f: begin(.singleShift, [0x1b, 0x4f])
    case 0x18, 0x1a: swallow()
    case 0..<0x20, 0x7f: finish(.unknown)
    case 0x80..<0xa0: beginEightBit(UInt8(unit))
    case 0x21..<0x7f where Self.stringIntroducers.contains(UInt8(unit)):
      begin(.string, [])
      (isOSC, stringBegan, stringBytes) = (unit == 0x5d, lastByte, 0)
    case 0x20..<0x7f:
      // Esc before Alt is a key of its own.
      for _ in 1..<max(escapes, 1) { emit(.escape) }
      let key = Key.alt(Character(Unicode.Scalar(UInt8(unit))))
      let sequence: [UInt8] = [0x1b, UInt8(unit)]
      if let known = sequences.key(sequence) { return finish(known) }
      if unit < 0x30 || sequences.goesOn(after: sequence) {
        begin(unit < 0x30 ? .intermediate : .held, sequence)
        held = key
        return
      }
      finish(key)
    default:
      for _ in 1..<max(escapes, 1) { emit(.escape) }
      finish(Unicode.Scalar(unit).map { unit == CharacterDecoder.broken ? .unknown : .alt(Character($0)) } ?? .unknown)
    }
  }

  private mutating func inIntermediate(_ unit: UInt32) {
    if control(unit) { return }
    held = .unknown
    if (0x20..<0x30).contains(unit) { return }
    finish(.unknown)
  }

  private mutating func inHeld(_ unit: UInt32) {
    if unit < 0x80, collected.count < Self.sequenceLimit {
      let sequence = collected + [UInt8(unit)]
      if let known = sequences.key(sequence) { return finish(known) }
      if sequences.goesOn(after: sequence) {
        // More of it was taken than the key it could be: what does not come to an end is nothing.
        (collected, held) = (sequence, .unknown)
        return
      }
    }
    finish(held ?? .unknown)
    inGround(unit)
  }

  private mutating func inControlSequence(_ unit: UInt32) {
    if control(unit) { return }
    guard (0x20..<0x7f).contains(unit) else {
      isOverlong = true
      return
    }
    collect(UInt8(unit))
    guard unit >= 0x40 else { return }
    if isOverlong { return finish(.unknown) }
    let isFirst = collected.count == 3
    if let known = sequences.key(collected) { return finish(escapes > 1 ? .unknown : known) }
    if isFirst, unit == 0x5b {
      state = .linuxFunction
    } else if isFirst, unit == 0x4d {
      state = .mouse
      mouseBytes = 0
    } else if collected.count > 3, collected[2] == 0x3c {
      if let key = reports.key(collected.dropFirst(3), at: lastByte) { finish(key) } else { swallow() }
    } else if collected.elementsEqual([0x1b, 0x5b, 0x32, 0x30, 0x30, 0x7e]) {
      begin(.paste, [])
      paste = PasteText()
    } else {
      finish(escapes > 1 ? .unknown : Self.key(controlSequence: collected))
    }
  }

  private mutating func inSingleShift(_ unit: UInt32) {
    if control(unit) { return }
    guard (0x20..<0x7f).contains(unit) else { return finish(.unknown) }
    collect(UInt8(unit))
    // Modifiers stand as numbers before the final byte.
    if (0x30..<0x3a).contains(unit) || unit == 0x3b { return }
    if isOverlong || escapes > 1 { return finish(.unknown) }
    finish(sequences.key(collected) ?? Self.key(singleShift: collected))
  }

  private mutating func inString(_ unit: UInt32) {
    switch unit {
    case 0x1b: state = .stringEscape
    case 0x07 where isOSC, 0x18, 0x1a, 0x9c: swallow()
    default: break
    }
  }

  /// What control codes do within a sequence: ESC begins another, CAN and SUB end it, others are nothing.
  private mutating func control(_ unit: UInt32) -> Bool {
    switch unit {
    case 0x1b:
      inputs += 1
      begin(.escape, [0x1b])
      escapes = 1
    case 0x18, 0x1a: swallow()
    case 0x80..<0xa0:
      inputs += 1
      beginEightBit(UInt8(unit))
    case 0..<0x20, 0x7f: break
    default: return false
    }
    return true
  }

  /// ^C in the midst of something. Strings and pastes are swallowed to their end all the same.
  private mutating func interrupt() {
    characters.reset()
    switch state {
    case .paste:
      emit(.paste(paste.text))
      paste.cut()
      state = .pasteRest
    case .string, .pasteRest, .controlSequence, .mouse: break
    case .stringEscape: state = .string
    default: end()
    }
    emit(.control("C"))
  }

  private mutating func begin(_ state: State, _ sequence: [UInt8]) {
    self.state = state
    collected = sequence
    isOverlong = false
    held = nil
  }

  private mutating func collect(_ byte: UInt8) {
    if collected.count < Self.sequenceLimit { collected.append(byte) } else { isOverlong = true }
  }

  private mutating func finish(_ key: Key) {
    end()
    emit(key)
  }

  /// Ends what was no key.
  private mutating func swallow() {
    end()
    inputs += 1
  }

  private mutating func end() {
    begin(.ground, [])
    escapes = 0
    paste = PasteText()
  }

  private mutating func emit(_ key: Key) {
    inputs += 1
    keys.append(key)
  }
}
