import Support

/// How many copies go at once from or to one registry: it grows while that brings more through, and shrinks where the
/// registry pushes back, as TCP finds out what a line takes.
///
/// It begins with doubling, from the first time that more is not better on with steps of an eighth. A round is as many
/// good ends as copies may go at once; only a round in which others waited tells anything.
struct CopyWindow: Sendable, Equatable {
  /// Copies at once.
  private(set) var size: Int
  let ceiling: Int
  private var isDoubling = true
  private var round: Round
  /// What the last full round brought, and with how many copies at once.
  private var last: (size: Int, rate: Double)?
  /// Full rounds in a row that brought no more.
  private var idle = 0
  /// Copies begun before this have told what they had to.
  private var cutAt = Duration.zero

  /// How many go at once before anything is known.
  static let first = 8
  /// Bytes that count as much as the requests which every copy makes.
  private static let bytesOfACopy = 4.0 * 1024 * 1024
  /// What is more than chance, of a rate.
  private static let gain = 1.05
  /// Full rounds without gain before more is tried again.
  private static let patience = 4

  private struct Round: Sendable, Equatable {
    var began: Duration
    var ended = 0
    var failed = 0
    var work = 0.0
    /// Whether a copy waited for a place.
    var isFull = false
  }

  /// How a copy ended.
  enum End: Sendable, Equatable {
    case good(bytes: Int64)
    /// It may work when it is tried again, as where a line breaks or a registry is overwhelmed.
    case failed
    /// The registry said that it wants less.
    case throttled
    /// It tells nothing of the registry.
    case other
  }

  /// - Parameters:
  ///   - ceiling: copies at once, at most; 1 or more.
  ///   - now: on any clock that only goes forward.
  init(ceiling: Int, now: Duration) {
    self.ceiling = max(ceiling, 1)
    size = min(Self.first, self.ceiling)
    round = Round(began: now)
  }

  static func == (one: CopyWindow, other: CopyWindow) -> Bool {
    (one.size, one.ceiling, one.isDoubling, one.idle) == (other.size, other.ceiling, other.isDoubling, other.idle)
      && one.round == other.round && one.cutAt == other.cutAt && one.last?.size == other.last?.size
      && one.last?.rate == other.last?.rate
  }

  /// A copy waits for a place.
  mutating func noteWaiting() { round.isFull = true }

  /// - Parameter began: when the copy that ended did.
  mutating func note(_ end: End, began: Duration, now: Duration) {
    switch end {
    case .other: return
    case .throttled:
      cut(began: began, now: now)
      return
    case .failed:
      round.failed += 1
      round.ended += 1
      // One image that cannot be copied is no registry that fails.
      if round.failed >= 2, round.failed * 2 > size {
        cut(began: began, now: now)
        return
      }
    case .good(let bytes):
      round.ended += 1
      round.work += 1 + Double(max(bytes, 0)) / Self.bytesOfACopy
    }
    if round.ended >= size { close(now) }
  }

  /// Those under way together are refused together: only what began after the last cut tells that it did not help.
  private mutating func cut(began: Duration, now: Duration) {
    guard began >= cutAt else { return }
    size = max(size / 2, 1)
    (isDoubling, last, idle, cutAt) = (false, nil, 0, now)
    round = Round(began: now)
  }

  private mutating func close(_ now: Duration) {
    let (ended, before) = (round, last)
    round = Round(began: now)
    guard ended.isFull else { return }
    let rate = ended.work / max((now - ended.began).seconds, 0.001)
    last = (size, rate)
    guard let before, before.size < size else {
      // Nothing smaller to compare it with: the first round, or the size stayed.
      idle += 1
      if isDoubling || before == nil || idle >= Self.patience { grow() }
      return
    }
    if rate >= before.rate * Self.gain {
      grow()
    } else {
      isDoubling = false
      idle = 0
      size = before.size
    }
  }

  private mutating func grow() {
    idle = 0
    size = min(isDoubling ? size * 2 : size + max(size / 8, 1), ceiling)
  }
}
