import AWSClient
import FoundationEssentials
import MirrorCore
import Support

extension JobSubmitter {
  /// Requests of `SubmitJob` under way at once.
  private static let atOnce = 16

  private enum Outcome: Sendable {
    case submitted(String)
    case failed(AWSError)
    /// The reservation has too little time left, and is left to run out.
    case tooLate
    /// Not tried, since another could not be submitted for a reason that holds for all.
    case skipped

    var failure: AWSError? {
      if case .failed(let error) = self { return error }
      return nil
    }
  }

  /// Submits what is reserved, and writes down what came of it.
  ///
  /// - Throws: when the reason for a failure holds for others too.
  func submit(_ claims: [Claim]) async throws -> Answers {
    if claims.isEmpty { return [:] }
    let outcomes = await outcomes(claims)
    // In a task of its own, for this one may be cancelled: what is submitted is to be known as such.
    let answers = try await Task { try await settle(outcomes) }.value
    try Task.checkCancellation()
    let failures = outcomes.compactMap(\.1.failure)
    let allFailed = failures.count == claims.count && claims.count > 1
    if let reason = failures.first(where: { !$0.isAboutOneJob }) ?? (allFailed ? failures.first : nil) {
      let done = answers.values.count { (try? $0.get()) != nil }
      throw MirrorError(.backend, done == 0 ? "\(reason)" : "\(reason); \(done) jobs were submitted before")
    }
    return answers
  }

  private func outcomes(_ claims: [Claim]) async -> [(Claim, Outcome)] {
    await withTaskGroup(of: (Claim, Outcome).self) { group in
      var waiting = claims[...]
      func begin() {
        guard let claim = waiting.popFirst() else { return }
        group.addTask { (claim, await outcome(claim)) }
      }
      var outcomes: [(Claim, Outcome)] = []
      var goesOn = true
      for _ in 0..<Self.atOnce { begin() }
      for await result in group {
        outcomes.append(result)
        if let error = result.1.failure, !error.isAboutOneJob { goesOn = false }
        if goesOn { begin() }
      }
      return outcomes + waiting.map { ($0, .skipped) }
    }
  }

  private func outcome(_ claim: Claim) async -> Outcome {
    guard (try? await rate.wait()) != nil else { return .skipped }
    guard hasTime(claim) else { return .tooLate }
    do throws(AWSError) {
      if let list = claim.list { try await lists.write(claim.request.images, as: list) }
      let job = try await batch.submitOnce(
        submission(claim.request, list: claim.list), lookAgain: pace.lookAgain, hasTime: { hasTime(claim) },
        // One that was over before may have had the same name.
        isIt: { !claim.formerJobs.contains($0.jobId) && isNew($0, claim) })
      return .submitted(job)
    } catch {
      return .failed(error)
    }
  }

  /// Whether a request that begins now ends before another may take the reservation over.
  private func hasTime(_ claim: Claim) -> Bool {
    Date.now + pace.margin.seconds < claim.until
  }

  /// Whether a job came after the reservation, within what clocks may differ.
  private func isNew(_ job: BatchClient.JobSummary, _ claim: Claim) -> Bool {
    Date(milliseconds: job.createdAt ?? 0) > claim.until - pace.reservation.seconds - 300
  }

  /// Writes the jobs into the reservations, and takes away those of which nothing came.
  private func settle(_ outcomes: [(Claim, Outcome)]) async throws -> Answers {
    var answers: Answers = [:]
    var changes: [[ReservationTable.Change]] = []
    var jobs: [(claim: Claim, id: String?)] = []
    for (claim, outcome) in outcomes {
      var settled: Reservation?
      switch outcome {
      case .submitted(let id):
        let name = submission(claim.request, list: claim.list).name
        settled = Reservation(job: id, name: name, until: .now + pace.reservation.seconds, list: claim.list)
        answers[claim.key] = .success(Submission(job: Job(claim.request, id: id, name: name), isNew: true))
      case .failed(let error):
        answers[claim.key] = .failure(
          MirrorError(.backend, "no job could be submitted for \(claim.request.source.bounded): \(error)"))
        // What may have happened is left for the job's name to tell.
        if error.mayHaveHappened { continue }
      case .skipped: break
      case .tooLate: continue
      }
      changes.append(claim.changes.map { .init(source: $0.source, old: $0.new, new: settled) })
      jobs.append((claim, settled?.job))
    }
    if try await reservations.write(changes.flatMap(\.self)) { return answers }
    // Another took one over, while this process was stopped for long perhaps: one by one then.
    for ((claim, id), changes) in zip(jobs, changes) {
      var isOurs = false
      for change in changes where try await reservations.write([change]) { isOurs = true }
      // A job with several images leaves those alone that are another's.
      guard let id, !isOurs else { continue }
      // Who may only submit leaves it: two copies of one image do no harm, the second finds nothing to do.
      try? await batch.terminate(id, reason: "another job of the same source came first")
      answers[claim.key] = nil
    }
    return answers
  }
}

extension AWSError {
  /// Whether others may be submitted all the same.
  fileprivate var isAboutOneJob: Bool { code == "ClientException" || mayHaveHappened }
}
