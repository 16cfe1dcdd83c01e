/// A regular expression as steps over bytes: Thompson's construction.
struct PatternProgram: Sendable {
  enum Step: Sendable {
    /// One of these bytes, then on.
    case take(ByteSet, Int)
    case either(Int, Int)
    case at(PatternBoundary, Int)
    case match
  }

  /// Steps of an expression, with those that its repeats come to.
  static let longest = 1000

  private(set) var steps: [Step] = [.match]
  private(set) var start = 0
  /// Whether it reads texts from their end.
  let isReversed: Bool
  private(set) var hasBoundaries = false
  /// Parts looked at: empty ones make no step, and repeats of them would have no end.
  private var looks = 0

  /// - Throws: `PatternError` for one that takes more steps.
  init(_ node: PatternNode, isReversed: Bool = false) throws(PatternError) {
    self.isReversed = isReversed
    start = try add(node, before: 0)
  }

  private mutating func add(_ step: Step) throws(PatternError) -> Int {
    guard steps.count < Self.longest else { throw Self.tooLong }
    steps.append(step)
    return steps.count - 1
  }

  private static let tooLong = PatternError(
    "its repeats need more than \(longest) steps; repeat less")

  /// - Returns: the first step of the part, which goes on with `next`.
  private mutating func add(_ node: PatternNode, before next: Int) throws(PatternError) -> Int {
    looks += 1
    guard looks <= 20 * Self.longest else { throw Self.tooLong }
    switch node {
    case .empty: return next
    case .one(let set): return try add(set, before: next)
    case .sequence(let nodes):
      var next = next
      for index in nodes.indices { next = try add(nodes[isReversed ? index : nodes.count - 1 - index], before: next) }
      return next
    case .alternatives(let nodes):
      var first: Int?
      for node in nodes.reversed() {
        let start = try add(node, before: next)
        first = try first.map { rest throws(PatternError) in try add(.either(start, rest)) } ?? start
      }
      return first ?? next
    case .times(let node, let least, let most):
      var next = next
      if let most {
        let end = next
        for _ in least..<most { next = try add(.either(try add(node, before: next), end)) }
      } else {
        next = try loop(before: next) { program, loop throws(PatternError) in try program.add(node, before: loop) }
      }
      for _ in 0..<least { next = try add(node, before: next) }
      return next
    case .at(let boundary):
      hasBoundaries = true
      return try add(.at(boundary, next))
    }
  }

  private mutating func loop(
    before next: Int, _ body: (inout PatternProgram, Int) throws(PatternError) -> Int
  ) throws(PatternError) -> Int {
    let loop = try add(.either(next, next))
    steps[loop] = .either(try body(&self, loop), next)
    return loop
  }

  private mutating func add(_ set: ScalarSet, before next: Int) throws(PatternError) -> Int {
    var first = set.ascii
    if set.hasAllOthers {
      // Texts are valid UTF-8: whatever begins a character is followed by the rest of it, and the rest by no more.
      first.insert(0xc2...0xf4)
      if isReversed {
        let end = try add(.take(first, next))
        return try loop(before: end) { program, loop throws(PatternError) in
          try program.add(.take(Self.continuation, loop))
        }
      }
      let rest = try loop(before: next) { program, loop throws(PatternError) in
        try program.add(.take(Self.continuation, loop))
      }
      return try add(.take(first, rest))
    }
    var start: Int? = first == ByteSet() ? nil : try add(.take(first, next))
    for sequence in set.sequences {
      var at = next
      for range in isReversed ? sequence : sequence.reversed() {
        var bytes = ByteSet()
        bytes.insert(range)
        at = try add(.take(bytes, at))
      }
      start = try start.map { start throws(PatternError) in try add(.either(at, start)) } ?? at
    }
    return try start ?? add(.take(first, next))
  }

  private static let continuation: ByteSet = {
    var set = ByteSet()
    set.insert(0x80...0xbf)
    return set
  }()
}
