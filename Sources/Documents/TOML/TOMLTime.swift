/// Dates and times as TOML writes them, which no file of containers has: their form is looked at, and no more.
enum TOMLTime {
  /// `1979-05-27`, `07:32:00.5`, or both with a `T` or a blank between, and then perhaps `Z` or `-07:00`.
  static func isOne(_ text: String) -> Bool {
    var rest = Array(text.utf8)[...]
    guard let isDate = takeDate(&rest) else { return false }
    if !isDate { return takeTime(&rest) && rest.isEmpty }
    if rest.isEmpty { return true }
    guard "Tt ".utf8.contains(rest.removeFirst()), takeTime(&rest) else { return false }
    if rest.isEmpty || rest.elementsEqual("Z".utf8) || rest.elementsEqual("z".utf8) { return true }
    guard "+-".utf8.contains(rest.removeFirst()), take(&rest, 2, 0...23), take(&rest, ":"), take(&rest, 2, 0...59)
    else {
      return false
    }
    return rest.isEmpty
  }

  /// - Returns: whether a date stood there; nil where what did was none.
  private static func takeDate(_ rest: inout ArraySlice<UInt8>) -> Bool? {
    guard rest.dropFirst(4).first == UInt8(ascii: "-") else { return false }
    let isDate =
      take(&rest, 4, 0...9999) && take(&rest, "-") && take(&rest, 2, 1...12) && take(&rest, "-")
      && take(&rest, 2, 1...31)
    return isDate ? true : nil
  }

  private static func takeTime(_ rest: inout ArraySlice<UInt8>) -> Bool {
    guard take(&rest, 2, 0...23), take(&rest, ":"), take(&rest, 2, 0...59), take(&rest, ":"), take(&rest, 2, 0...59)
    else { return false }
    guard rest.first == UInt8(ascii: ".") else { return true }
    let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
    rest = rest.dropFirst(digits.count + 1)
    return !digits.isEmpty
  }

  private static func take(_ rest: inout ArraySlice<UInt8>, _ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  private static func take(_ rest: inout ArraySlice<UInt8>, _ count: Int, _ range: ClosedRange<Int>) -> Bool {
    let digits = rest.prefix(count)
    guard digits.count == count, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
    rest = rest.dropFirst(count)
    return range.contains(digits.reduce(0) { $0 * 10 + Int($1 - 0x30) })
  }
}
