/// Reads what the mouse says in its SGR form: `ESC [ < 0 ; 5 ; 6 M` is a press of the first button in column 5 of row
/// 6, `m` lets it go.
struct MouseReports {
  private var lastPress: (position: Position, at: Duration)?

  /// - Parameter sequence: what follows `ESC [ <`, its final byte with it.
  /// - Returns: nil for what is nothing here: other buttons, letting go, garbage.
  mutating func key(_ sequence: ArraySlice<UInt8>, at time: Duration) -> Key? {
    guard sequence.last == 0x4d else { return nil }
    var numbers = [0]
    var digits = 0
    for byte in sequence.dropLast() {
      switch byte {
      case 0x30...0x39:
        digits += 1
        if digits > 6 { return nil }
        numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int(byte - 0x30)
      case 0x3b where digits > 0:
        numbers.append(0)
        digits = 0
      default: return nil
      }
    }
    guard numbers.count == 3, digits > 0 else { return nil }
    let kinds: [Int: Mouse.Kind] = [0: .press, 64: .wheelUp, 65: .wheelDown]
    guard let kind = kinds[numbers[0]] else { return nil }
    return .mouse(doubled(Mouse(kind: kind, position: Position(row: numbers[2] - 1, column: numbers[1] - 1)), time))
  }

  /// A press that follows another at its place within a third of a second is a double one.
  private mutating func doubled(_ event: Mouse, _ time: Duration) -> Mouse {
    guard event.kind == .press else { return event }
    if let last = lastPress, last.position == event.position, time - last.at < .milliseconds(330) {
      lastPress = nil
      return Mouse(kind: .double, position: event.position)
    }
    lastPress = (event.position, time)
    return event
  }
}
