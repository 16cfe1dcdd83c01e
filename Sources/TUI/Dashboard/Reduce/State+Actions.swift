import MirrorCore
import Support

extension State {
  /// The mirrors an action is about: the one shown, those marked, or the one under the cursor. Says why there are none.
  mutating func mirrorTargets() -> [MirrorRow] {
    let rows = mirrorsOfPlace
    let readable = rows.filter { $0.status != nil }
    if !readable.isEmpty { return readable }
    if let broken = rows.first?.unreadable {
      say(.warning, "the row \(broken.source) cannot be read: \(broken.reason)")
    } else if let list, list.markCount > 0, list.subjects.isEmpty {
      say(.warning, "the marked mirrors are hidden by the filter; press Esc to show them, or u to unmark")
    } else {
      say(.info, "there is no mirror here; press a to add one")
    }
    return []
  }

  mutating func checkNow() -> [Effect] {
    let rows = mirrorTargets()
    return rows.isEmpty ? [] : begin(.check(.sources(rows.map(\.id))))
  }

  /// Asks first: what is made stays.
  mutating func createRepositories() {
    let rows = mirrorTargets()
    if rows.isEmpty { return }
    var seen: Set<String> = []
    let missing = rows.flatMap { row in
      (row.status?.destinations ?? []).compactMap { destination in
        destination.missingRepository.map { NewRepository(name: $0.name, mirror: row.id) }
      }
    }
    let new = missing.filter { seen.insert($0.name).inserted }
    guard let first = new.first else {
      say(.info, "no ECR repository is known to be missing here; c checks again")
      return
    }
    let mirrors = Set(missing.map(\.mirror)).count
    ask(
      "Create \(new.count == 1 ? first.name : "\(new.count) repositories in ECR")?", new.map(\.name),
      "They get the settings of the configuration, or of the account's creation template. Then \(counted(mirrors, "mirror")) \(mirrors == 1 ? "is" : "are") copied.",
      "Create", .action(.createRepositories(missing)))
  }

  /// Asks first: it may be a lot.
  mutating func runNow() {
    guard hasRoomForSweep() else { return }
    ask(
      "Start a run over \(counted(mirrors.total, "mirror")) now?", [context.name],
      "Every active mirror is checked, and a job is queued for each one out of sync, as the timer does.",
      "Run",
      .sweep(.run), needsTyping: context.isProduction)
  }

  /// Queues ended jobs once more; whoever works on them looks first whether there is still something to do.
  mutating func retryJobs() -> [Effect] {
    let ended = jobsOfPlace.filter { !$0.state.isLive }
    guard !ended.isEmpty else {
      say(.info, "there is no finished job here")
      return []
    }
    let requests = ended.map(\.request.again)
    if requests.count > Confirmation.many {
      ask(
        "Queue \(counted(requests.count, "job")) again?", ended.map(\.title),
        "Each first checks whether there is still something to copy.", "Retry", .action(.retry(requests)),
        needsTyping: context.isProduction)
      return []
    }
    return [.act(.retry(requests))]
  }

  /// Asks registries which images the mirror's references stand for.
  mutating func inspect(withSource: Bool) -> [Effect] {
    guard let status = mirrorTargets().first?.status else { return [] }
    var references = status.destinations.map(\.reference)
    if withSource { references += Set(status.destinations.map(\.source)).sorted() }
    return inspect(references, withSize: false)
  }

  /// Reads what the references stand for, but for those that are being read.
  mutating func inspect(_ references: [String], withSize: Bool) -> [Effect] {
    // Looks of long ago are of no use to anybody.
    if images.count > 100 { images = [:] }
    let wanted = references.filter { images[$0] != .reading }
    for reference in wanted { images[reference] = .reading }
    return wanted.isEmpty ? [] : [.act(.inspect(wanted, withSize: withSize))]
  }

  mutating func edit() -> [Effect] {
    guard let row = subject.mirror.flatMap({ mirror($0) }) else {
      say(.info, "there is no mirror here; press a to add one")
      return []
    }
    guard let entry = row.status?.entry else {
      say(.warning, "the row \(row.id) cannot be read: \(row.note)")
      return []
    }
    return show(MirrorForm(editing: entry), again: true)
  }

  mutating func cancelJobs() {
    let live = jobsOfPlace.filter(\.state.isLive)
    guard !live.isEmpty else { return say(.info, "there is no queued or running job here") }
    // Those that the view is about themselves, rather than for a mirror's sake.
    let whole = Set(subjects.filter { $0.mirror == nil }.compactMap(\.job))
    let jobs = live.filter { !$0.isPack || whole.contains($0.id) }
    let packs = Set(live.map(\.id)).subtracting(jobs.map(\.id))
    let (parts, begun) = (parts(of: packs, in: .queued), parts(of: packs, in: .copying))
    if parts.isEmpty && jobs.isEmpty {
      return say(
        .info,
        begun.isEmpty
          ? "there is no queued or running job here"
          : "\(begun.count == 1 ? "it is" : "they are") being copied, and can no longer be taken out; K in the job's own view cancels the whole job"
      )
    }
    guard !parts.isEmpty else { return ask(toCancel: jobs) }
    let out = "\(counted(parts.count, "image")) out of \(parts.count == 1 ? "its job" : "their jobs")"
    let goesOn = Set(parts.map(\.job)).count == 1 ? "The job continues with its" : "The jobs continue with their"
    let sources = parts.map(\.source)
    guard !jobs.isEmpty else {
      return ask(
        "Take \(out)?", sources, "\(goesOn) other images; K in a job's own view cancels the whole job.",
        "Take the \(plural(parts.count, "image")) out", .action(.withdraw(parts)))
    }
    ask(
      "Cancel \(counted(jobs.count, "job")), and take \(out)?", jobs.map(\.title) + sources,
      "A running copy is stopped; what it finished stays. \(goesOn) other images.", "Cancel them",
      .action(.withdraw(parts, cancelling: jobs.map(\.id))))
  }

  private mutating func ask(toCancel jobs: [Job]) {
    let images = jobs.reduce(0) { $0 + $1.images.count }
    let hasPacks = images > jobs.count
    ask(
      "Cancel \(counted(jobs.count, "job"))\(hasPacks ? " of \(images) images" : "")?",
      jobs.map { "\($0.name)  \($0.title)" },
      hasPacks
        ? "Running copies are stopped, and queued images are not copied; what is finished stays."
        : "A running copy is stopped; what it finished stays.", "Cancel the \(plural(jobs.count, "job"))",
      .action(.cancel(jobs: jobs.map(\.id))))
  }

  /// The images of the view's mirrors that stand so in jobs of many images, each once.
  private func parts(of packs: Set<String>, in state: DestinationState) -> [JobPart] {
    var seen: Set<JobPart> = []
    let parts = mirrorsOfPlace.flatMap { $0.status?.destinations ?? [] }.compactMap { destination -> JobPart? in
      guard let job = destination.job, packs.contains(job), destination.state == state else { return nil }
      return JobPart(job: job, source: destination.source)
    }
    return parts.filter { seen.insert($0).inserted }
  }

  mutating func ask(
    _ question: String, _ subjects: [String], _ consequence: String, _ verb: String, _ asked: Confirmation.Asked,
    needsTyping: Bool? = nil
  ) {
    let word = (verb.split(separator: " ").first ?? "yes").lowercased()
    let mustType = needsTyping ?? (context.isProduction || subjects.count >= Confirmation.many)
    input = .confirmation(
      Confirmation(
        question: question, subjects: subjects, consequence: consequence, verb: verb, asked: asked,
        typed: mustType ? "\(word) \(subjects.count)" : nil))
  }
}
