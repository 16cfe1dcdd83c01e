/// How many requests may be under way at once to one registry: a decision without I/O.
///
/// It grows while answers stay quick, doubling with each round until something pushes back and then by one a round. It
/// is halved where the registry pushes back (429, 503), where it goes out of reach, and where most answers of a round
/// take much longer than they can, for then requests only stand in line over there.
struct RequestWindow: Sendable, Equatable {
  /// At the start. What regsync's users set at most, and what no registry was seen to mind.
  static let first = 16
  /// Slower than twice the quickest of late by no more than this is quick: jitter, and other work on this machine.
  static let slack = Duration.milliseconds(25)

  /// What takes a registry about as long: it may say at once that it has no such thing, look longer for what it has, and
  /// longer still for a list.
  struct Kind: Sendable, Hashable {
    var isSuccess = true
    var hasBody = false
  }

  enum Answer: Sendable, Equatable {
    /// A proper answer, whatever it says, and how long the registry took for it.
    case proper(Duration, Kind = Kind())
    /// 429 or 503, or no answer at all.
    case pushback
  }

  /// 1 to `most`.
  private(set) var size: Int
  let most: Int
  /// Whether nothing pushed back so far.
  private var isProbing = true
  /// What the registry takes for each kind while nothing stands in line there: the least of late.
  private var least: [Kind: Duration] = [:]
  /// What was sent before was sent into the window as it was before it was halved: it tells nothing new.
  private var halved: ContinuousClock.Instant?
  private var round: Round

  /// As many answers as the window was large when the first of them came.
  private struct Round: Sendable, Equatable {
    let length: Int
    var answers = 0
    var slow = 0
    var least: [Kind: Duration] = [:]
  }

  /// - Parameter most: at least one.
  init(most: Int) {
    self.most = max(most, 1)
    size = min(Self.first, self.most)
    round = Round(length: size)
  }

  /// Takes an answer in.
  ///
  /// - Parameters:
  ///   - sent: when its request went out.
  ///   - isFull: whether about as many requests were under way as may be: fewer do not tell what more would do.
  mutating func note(_ answer: Answer, sent: ContinuousClock.Instant, now: ContinuousClock.Instant, isFull: Bool) {
    if let halved, sent < halved { return }
    switch answer {
    case .pushback: halve(now)
    case .proper(let took, let kind): note(took, kind, now, isFull: isFull)
    }
  }

  private mutating func note(_ took: Duration, _ kind: Kind, _ now: ContinuousClock.Instant, isFull: Bool) {
    let isSlow = least[kind].map { took > $0 * 2 + Self.slack } ?? false
    round.answers += 1
    if isSlow { round.slow += 1 }
    round.least[kind] = min(round.least[kind] ?? took, took)
    least[kind] = min(least[kind] ?? took, took)
    if isProbing, isFull, !isSlow, size < most { size += 1 }
    if round.answers >= round.length { endRound(now, isFull: isFull) }
  }

  private mutating func endRound(_ now: ContinuousClock.Instant, isFull: Bool) {
    if round.slow * 2 > round.length {
      // The way to a registry may become longer for good: where fewer requests make answers no quicker, the measure
      // follows, by an eighth a round; an eighth of next to nothing would be nothing.
      for (kind, quickest) in round.least {
        let least = least[kind] ?? quickest
        self.least[kind] = min(quickest, least + max(least / 8, Self.slack / 8))
      }
      return halve(now)
    }
    if !isProbing, isFull, size < most { size += 1 }
    round = Round(length: size)
  }

  private mutating func halve(_ now: ContinuousClock.Instant) {
    size = max(size / 2, 1)
    isProbing = false
    halved = now
    round = Round(length: size)
  }
}
