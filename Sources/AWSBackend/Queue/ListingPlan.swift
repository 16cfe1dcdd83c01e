import AWSClient
import MirrorCore

/// Which calls of `ListJobs` a refresh begins with: a decision without I/O.
///
/// One listing by time shows jobs in all states, newest first, 100 a call; a listing by state shows all in that one,
/// 1,000 a call. While little happens the first alone tells everything.
struct ListingPlan: Sendable, Equatable {
  /// Jobs created after this are listed (milliseconds since 1970).
  var after: Int64
  /// Pages at most; where more would follow, live jobs are listed by state instead.
  var pages: Int
  /// Whether live jobs are listed by state in any case.
  var listsStates = false

  /// Of the same queue, what is shown late is shown within this time.
  private static let overlap: Int64 = 60_000
  /// Where more follow, it takes no more calls to ask for each state.
  private static let pages = 5
  /// Live jobs that are described one by one rather than listed by state: five calls either way.
  private static let describedMost = 5 * BatchClient.describedAtOnce
}

extension ListingPlan {
  init(_ known: KnownJobs) {
    guard known.newest > 0 else {
      self.init(after: 0, pages: 1)
      return
    }
    let recent = known.newest - Self.overlap
    let live = known.live.values.map(\.created)
    if let oldest = live.min(), known.newerJobs(than: oldest - 1).map({ $0 < 100 }) ?? false {
      // One page shows every live job.
      self.init(after: min(oldest - 1, recent), pages: Self.pages)
    } else {
      let older = live.count { $0 <= recent }
      // Where even the overlap has too many, as during a large run, one page shows what is newest.
      let fits = known.newerJobs(than: recent).map { $0 <= Self.pages * 100 } ?? false
      self.init(after: recent, pages: fits ? Self.pages : 1, listsStates: older > Self.describedMost)
    }
  }

  /// Where finished jobs are to be listed on from, newest first; nil when enough of them are known.
  ///
  /// Jobs start about in the order in which they were created: among those that only wait nothing has ended.
  /// - Parameter wanted: finished jobs.
  static func before(_ known: KnownJobs, _ listing: JobListing, finished wanted: Int) -> Int64? {
    guard let horizon = listing.horizon, horizon > 0, wanted > 0 else { return nil }
    let listed = listing.jobs.values
    let ended = Set(listed.filter { !JobState(batch: $0.status).isLive }.map(\.jobId))
      .union(known.finished.values.filter { $0.created > horizon }.map(\.detail.jobId))
    guard ended.count < wanted else { return nil }
    let live = listed.filter { JobState(batch: $0.status).isLive }
    let started = live.filter { !JobState(batch: $0.status).isWaiting }.compactMap(\.createdAt).max()
    let first = started ?? live.compactMap(\.createdAt).min()
    // The time is exclusive.
    return min(horizon, first ?? horizon) + 1
  }
}
