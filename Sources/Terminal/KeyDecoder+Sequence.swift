extension KeyDecoder {
  /// What a control sequence means that no description names: the forms of xterm, the VT220, rxvt and the Linux console.
  /// With modifiers a key is none of ours.
  ///
  /// - Parameter sequence: all of it, from its ESC to its final byte.
  static func key(controlSequence sequence: [UInt8]) -> Key {
    let final = sequence.last ?? 0
    let parameters = sequence.dropFirst(2).dropLast()
    if final == 0x7e { return number(parameters).flatMap { editing[$0] } ?? .unknown }
    // `ESC [ A`, or in full `ESC [ 1 ; 1 A`.
    guard parameters.isEmpty || parameters.elementsEqual([0x31]) || parameters.elementsEqual([0x31, 0x3b, 0x31]) else {
      return .unknown
    }
    return final == 0x5a ? .backtab : cursor[final] ?? .unknown
  }

  /// What `ESC O` and one more mean: the same keys in the application's mode, F1 to F4 and the keypad's Enter.
  static func key(singleShift sequence: [UInt8]) -> Key {
    guard sequence.count == 3 else { return .unknown }
    switch sequence[2] {
    case 0x50...0x53: return .function(Int(sequence[2]) - 0x4f)
    case 0x4d: return .enter
    default: return cursor[sequence[2]] ?? .unknown
    }
  }

  static func key(character value: UInt32) -> Key {
    switch value {
    case 8, 127: .backspace
    case 9: .tab
    case 10, 13: .enter
    case 27: .escape
    case 0..<32: .control(Character(Unicode.Scalar(UInt8(value + 64))))
    case 0x80..<0xa0, CharacterDecoder.broken: .unknown
    default: Unicode.Scalar(value).map { .character(Character($0)) } ?? .unknown
    }
  }

  private static let cursor: [UInt8: Key] = [
    0x41: .up, 0x42: .down, 0x43: .right, 0x44: .left, 0x46: .end, 0x48: .home,
  ]

  /// By the number before `~`: 1 to 6 as on the VT220, 7 and 8 as rxvt has them, the function keys with their gaps.
  private static let editing: [Int: Key] = {
    var keys: [Int: Key] = [
      1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
    ]
    let functions = [11...15, 17...21, 23...26, 28...29, 31...34].flatMap { $0 }
    for (index, number) in functions.enumerated() { keys[number] = .function(index + 1) }
    return keys
  }()

  /// A single decimal number; nil for anything else.
  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard !digits.isEmpty, digits.count <= 4 else { return nil }
    var value = 0
    for digit in digits {
      guard (0x30...0x39).contains(digit) else { return nil }
      value = value * 10 + Int(digit - 0x30)
    }
    return value
  }
}
