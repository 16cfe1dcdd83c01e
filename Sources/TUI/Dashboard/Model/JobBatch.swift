import FoundationEssentials
import MirrorCore

/// The jobs that work one beside another, as one thing: from the first that lives to the last that ended, whoever asked
/// for them.
struct JobBatch: Sendable, Equatable {
  /// When the first of them was queued.
  private(set) var began: Date
  private var live: Set<String> = []
  /// How each ended, by id; nil where the queue does not tell any more.
  private var ended: [String: JobState?] = [:]
  /// Bytes a second of all that copy; nil where that is not known.
  var rate: Double?

  var total: Int { live.count + ended.count }
  /// Jobs that are over, however.
  var over: Int { ended.count }
  var isOver: Bool { live.isEmpty }

  func count(_ state: JobState) -> Int { ended.values.count { $0 == state } }

  /// A reading of the queue, to tell what is new in the next.
  struct Reading {
    let at: Date
    let jobs: Set<String>

    func lacks(_ row: JobRow) -> Bool {
      !jobs.contains(row.id) && row.job.created > at.addingTimeInterval(-Self.skew)
    }

    /// By how many seconds the clocks of the queue and of this machine may differ.
    private static let skew = 60.0
  }

  /// - Parameter last: the reading before this one; nil where there was none.
  /// - Returns: nil where no job lives, or began since that reading and is over.
  init?(_ jobs: [JobRow], since last: Reading? = nil) {
    let new = jobs.lazy.filter { $0.job.state.isLive || last?.lacks($0) ?? false }
    guard let first = new.map(\.job.created).min() else { return nil }
    began = first
    take(jobs)
  }

  /// Takes in the queue as it was read. A job that was queued since and is over counts, though nobody saw it live.
  mutating func take(_ jobs: [JobRow]) {
    let now = Set(jobs.lazy.filter(\.job.state.isLive).map(\.id))
    let gone = live.subtracting(now)
    live = now
    for row in jobs where !row.job.state.isLive && (gone.contains(row.id) || row.job.created >= began) {
      ended[row.id] = row.job.state
    }
    for id in gone where ended[id] == nil { ended[id] = .some(nil) }
    // One that is tried again lives again.
    for id in now { ended[id] = nil }
  }

  /// How long the rest takes if jobs end as they did; nil before some have.
  func left(at now: Date) -> Duration? {
    let seconds = now.timeIntervalSince(began)
    guard over >= Self.enough, seconds > 0, !live.isEmpty else { return nil }
    let left = seconds / Double(over) * Double(live.count)
    return left < 30 * 86400 ? .seconds(left.rounded(.up)) : nil
  }

  /// Jobs that tell nothing of the others yet.
  private static let enough = 2
}
