import AWSClient
import MirrorCore

/// Lists a queue's jobs with as few calls as will do.
struct JobLister: Sendable {
  let batch: BatchClient
  let queue: String
  /// Whether a job with this name is one to list.
  let isOurs: @Sendable (String) -> Bool

  /// In the order that jobs go through, so that none is missed that moves on meanwhile.
  private static let states: [JobState] = [.submitted, .pending, .runnable, .starting, .running]

  /// Live jobs, but for known ones that are left to be described, and as many finished ones as are wanted, where there
  /// are.
  func list(_ known: KnownJobs, finished wanted: Int) async throws(AWSError) -> JobListing {
    let plan = ListingPlan(known)
    var listing = JobListing()
    let isWhole = try await list(.createdAfter(plan.after), pages: plan.pages, into: &listing)
    listing.after = isWhole ? plan.after : listing.oldest ?? plan.after
    listing.horizon = isWhole ? min(known.horizon ?? .max, plan.after) : listing.after
    if !isWhole || plan.listsStates {
      for state in Self.states { _ = try await list(.status(state.rawValue), pages: .max, into: &listing) }
    }
    if let before = ListingPlan.before(known, listing, finished: wanted) {
      try await listFinished(wanted, before, known, into: &listing)
    }
    return listing
  }

  /// - Returns: whether there are no more pages.
  private func list(
    _ selection: BatchClient.JobSelection, pages: Int, into listing: inout JobListing
  ) async throws(AWSError) -> Bool {
    var token: String?
    for _ in 0..<pages {
      let page = try await batch.jobs(in: queue, selection, after: token)
      listing.add(page, of: selection, where: isOurs)
      token = page.next
      if token == nil { return true }
    }
    return false
  }

  private func listFinished(
    _ wanted: Int, _ before: Int64, _ known: KnownJobs, into listing: inout JobListing
  ) async throws(AWSError) {
    var token: String?
    // Beside the pages that it takes at least, some for jobs that are live or others'.
    for _ in 0..<(wanted / 100 + 5) {
      let page = try await batch.jobs(in: queue, .createdBefore(before), after: token)
      listing.add(page, of: .createdBefore(before), where: isOurs)
      token = page.next
      listing.horizon = token == nil ? 0 : listing.oldest
      if ListingPlan.before(known, listing, finished: wanted) == nil { return }
    }
  }
}
