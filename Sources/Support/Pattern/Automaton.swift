/// A program made deterministic: one look into a table for each byte of a text.
struct Automaton: Sendable {
  enum Mode: Sendable {
    /// Whether there is a match anywhere; it ends with the first.
    case anywhere
    /// At which places there is one, each by itself.
    case everywhere
    /// Only what begins where the text does.
    case here
  }

  /// States of one automaton.
  static let mostStates = 2000
  /// Entries of its table, four bytes each.
  static let largest = 1 << 18
  /// Steps of the program that are looked at to make it.
  static let mostWork = 2_000_000

  /// The class of each byte; the end of the text is one more.
  private let classes: [UInt8]
  private let count: Int
  /// By state and class: twice the next state and two, or 0 and 1 where there is none; odd where a match ends before
  /// this byte.
  private let table: [Int32]
  /// The states that texts begin with, by what stands before them.
  private let starts: [Int32]
  /// What making it took.
  let work: Int

  var stateCount: Int { table.count / count }

  /// - Throws: `PatternError` for one of too many states.
  init(_ program: PatternProgram, _ mode: Mode) throws(PatternError) {
    var maker = AutomatonMaker(program, mode)
    (classes, count) = (maker.classes, maker.count)
    var starts: [Int32] = []
    for side in PatternBoundary.Side.allCases { starts.append(maker.state(of: [program.start], after: side)) }
    try maker.complete()
    (self.starts, table, work) = (starts, maker.table, maker.work)
  }

  private func start(after side: PatternBoundary.Side) -> Int { Int(starts[Int(side.rawValue)]) }

  func matches(_ bytes: [UInt8]) -> Bool {
    var state = start(after: .edge)
    return table.withUnsafeBufferPointer { table in
      classes.withUnsafeBufferPointer { classes in
        for byte in bytes {
          let entry = Int(table[state * count + Int(classes[Int(byte)])])
          if entry & 1 == 1 { return true }
          state = entry >> 1 - 1
        }
        return table[state * count + count - 1] & 1 == 1
      }
    }
  }

  /// Of a program that reads backwards: whether a match begins at each byte.
  func beginnings(in bytes: [UInt8]) -> [Bool] {
    var found = [Bool](repeating: false, count: bytes.count)
    var state = start(after: .edge)
    for index in bytes.indices.reversed() {
      let entry = Int(table[state * count + Int(classes[Int(bytes[index])])])
      if index + 1 < bytes.count { found[index + 1] = entry & 1 == 1 }
      state = entry >> 1 - 1
    }
    if !bytes.isEmpty { found[0] = table[state * count + count - 1] & 1 == 1 }
    return found
  }

  /// Where the longest match that begins here ends; nil where there is none, or where the looks are used up.
  func longest(in bytes: [UInt8], from start: Int, _ looks: inout Int) -> Int? {
    var state = self.start(after: start == 0 ? .edge : PatternBoundary.Side(bytes[start - 1]))
    var end: Int?
    var at = start
    while looks > 0 {
      looks -= 1
      let byteClass = at < bytes.count ? Int(classes[Int(bytes[at])]) : count - 1
      let entry = Int(table[state * count + byteClass])
      if entry & 1 == 1 { end = at }
      state = entry >> 1 - 1
      if state < 0 || at == bytes.count { break }
      at += 1
    }
    return end
  }
}
