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
      let job = try await batch.submitOnce(
        submission(claim.request), lookAgain: pace.lookAgain, hasTime: { hasTime(claim) },
        // One that was over before may have had the same name.
        isIt: { $0.jobId != claim.old?.job && isNew($0, claim) })
      return .submitted(job)
    } catch {
      return .failed(error)
    }
  }

  /// Whether a request that begins now ends before another may take the reservation over.
  private func hasTime(_ claim: Claim) -> Bool {
    Date.now + pace.margin.seconds < claim.new.until
  }

  /// Whether a job came after the reservation, within what clocks may differ.
  private func isNew(_ job: BatchClient.JobSummary, _ claim: Claim) -> Bool {
    Date(milliseconds: job.createdAt ?? 0) > claim.new.until - pace.reservation.seconds - 300
  }

  /// Writes the jobs into the reservations, and takes away those of which nothing came.
  private func settle(_ outcomes: [(Claim, Outcome)]) async throws -> Answers {
    var answers: Answers = [:]
    var changes: [ReservationTable.Change] = []
    for (claim, outcome) in outcomes {
      switch outcome {
      case .submitted(let id):
        let settled = Reservation(job: id, name: claim.new.name, until: .now + pace.reservation.seconds)
        changes.append(.init(source: claim.source, old: claim.new, new: settled))
        answers[claim.source] = .success(Submission(job: Job(claim.request, id: id), isNew: true))
      case .failed(let error):
        // What may have happened is left for the job's name to tell.
        if !error.mayHaveHappened { changes.append(.init(source: claim.source, old: claim.new, new: nil)) }
        answers[claim.source] = .failure(
          MirrorError(.backend, "no job could be submitted for \(claim.source.bounded): \(error)"))
      case .skipped: changes.append(.init(source: claim.source, old: claim.new, new: nil))
      case .tooLate: break
      }
    }
    if try await reservations.write(changes) { return answers }
    // Another took one over, while this process was stopped for long perhaps: one by one then.
    for change in changes where try await !reservations.write([change]) {
      guard let id = change.new?.job else { continue }
      // Who may only submit leaves it: two copies of one image do no harm, the second finds nothing to do.
      try? await batch.terminate(id, reason: "another job of the same source was there first")
      answers[change.source] = nil
    }
    return answers
  }
}

extension AWSError {
  /// Whether others may be submitted all the same.
  fileprivate var isAboutOneJob: Bool { code == "ClientException" || mayHaveHappened }
}
