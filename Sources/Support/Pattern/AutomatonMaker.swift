/// Makes the table of an automaton: the subset construction, within bounds.
struct AutomatonMaker {
  /// The class of each byte: bytes that no step tells apart are in one.
  let classes: [UInt8]
  /// Of classes, with that of the end of the text.
  let count: Int
  private(set) var table: [Int32] = []
  private(set) var work = 0

  private let program: PatternProgram
  private let mode: Automaton.Mode
  /// A byte of each class.
  private let examples: [UInt8]
  private var known: [State: Int32] = [:]
  private var states: [State] = []
  /// Steps that were looked at for what is made just now, by the number of the look.
  private var seen: [Int]
  private var look = 0

  /// Where a text may have led, and what was read last, where the program asks for it.
  private struct State: Hashable {
    let steps: [Int32]
    let side: PatternBoundary.Side
  }

  init(_ program: PatternProgram, _ mode: Automaton.Mode) {
    self.program = program
    self.mode = mode
    seen = [Int](repeating: 0, count: program.steps.count)
    var sets: Set<ByteSet> = []
    for case .take(let set, _) in program.steps { sets.insert(set) }
    var classes = [UInt8](repeating: 0, count: 256)
    var (examples, count) = ([UInt8(0)], 1)
    func split(by isIn: (UInt8) -> Bool) {
      var names: [Int: Int] = [:]
      var new = classes
      (examples, count) = ([], 0)
      for byte in UInt8.min...UInt8.max {
        let key = Int(classes[Int(byte)]) * 2 + (isIn(byte) ? 1 : 0)
        if names[key] == nil {
          names[key] = count
          examples.append(byte)
          count += 1
        }
        new[Int(byte)] = UInt8(names[key] ?? 0)
      }
      classes = new
    }
    for set in sets { split(by: set.contains) }
    if program.hasBoundaries {
      for side in [PatternBoundary.Side.newline, .word] { split { PatternBoundary.Side($0) == side } }
    }
    (self.classes, self.examples, self.count) = (classes, examples, count + 1)
  }

  /// The number of a state, new or not.
  mutating func state(of steps: [Int32], after side: PatternBoundary.Side) -> Int32 {
    let state = State(steps: steps, side: program.hasBoundaries ? side : .edge)
    if let number = known[state] { return number }
    let number = Int32(states.count)
    known[state] = number
    states.append(state)
    return number
  }

  mutating func state(of steps: [Int], after side: PatternBoundary.Side) -> Int32 {
    state(of: steps.map { Int32($0) }, after: side)
  }

  /// Fills the table, for the states that there are and all that follow.
  mutating func complete() throws(PatternError) {
    var number = 0
    while number < states.count {
      guard states.count <= Automaton.mostStates, states.count * count <= Automaton.largest,
        work <= Automaton.mostWork
      else {
        throw PatternError("it is too complex; use less { } and | after wildcards")
      }
      addRow(of: states[number])
      number += 1
    }
  }

  private mutating func addRow(of state: State) {
    // What is reached without a byte depends on the next one only where boundaries are asked for.
    var reached: [PatternBoundary.Side: (takes: [Int], isMatch: Bool)] = [:]
    for index in 0..<count {
      let isEnd = index == count - 1
      let next: PatternBoundary.Side = isEnd ? .edge : PatternBoundary.Side(examples[index])
      let key = program.hasBoundaries ? next : .edge
      let (takes, isMatch) = reached[key] ?? reach(from: state, next)
      reached[key] = (takes, isMatch)
      if isEnd || (isMatch && mode == .anywhere) {
        table.append(isMatch ? 1 : 0)
        continue
      }
      var steps: [Int32] = []
      look += 1
      work += takes.count
      for step in takes {
        if case .take(let set, let then) = program.steps[step], set.contains(examples[index]), seen[then] != look {
          seen[then] = look
          steps.append(Int32(then))
        }
      }
      if mode != .here, seen[program.start] != look { steps.append(Int32(program.start)) }
      if steps.isEmpty {
        table.append(isMatch ? 1 : 0)
      } else {
        table.append((self.state(of: steps.sorted(), after: next) + 1) << 1 | (isMatch ? 1 : 0))
      }
    }
  }

  /// The steps that take a byte, among all that are reached from a state where this comes next.
  private mutating func reach(from state: State, _ next: PatternBoundary.Side) -> (takes: [Int], isMatch: Bool) {
    look += 1
    var takes: [Int] = []
    var isMatch = false
    var waiting = state.steps.map(Int.init)
    while let step = waiting.popLast() {
      if seen[step] == look { continue }
      seen[step] = look
      work += 1
      switch program.steps[step] {
      case .take: takes.append(step)
      case .either(let one, let other): waiting += [one, other]
      case .at(let boundary, let then):
        let holds = program.isReversed ? boundary.holds(next, state.side) : boundary.holds(state.side, next)
        if holds { waiting.append(then) }
      case .match: isMatch = true
      }
    }
    return (takes.sorted(), isMatch)
  }
}
