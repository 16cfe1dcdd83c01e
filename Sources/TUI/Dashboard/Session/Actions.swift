import FoundationEssentials
import Glibc
import Interchange
import MirrorCore
import Support

/// Carries out what `reduce` asks for, each as a task of its own, so that the screen goes on while a registry hangs.
/// Every outcome comes back as a message.
actor Actions {
  private let service: MirrorService
  private let inspector: ImageInspector
  private let previewer: TagPreviewer
  private let post: @Sendable (Event) -> Void
  /// Called after anything that may have changed what is stored.
  private let onChange: @Sendable () async -> Void
  /// Called after the timer was set, or a run was started.
  private let onAutomation: @Sendable () -> Void
  private var sweeps: [Int: Task<Void, Never>] = [:]
  /// A person's own commands that run.
  private var own: [Int: Task<Void, Never>] = [:]
  private var planning: Task<Void, Never>?
  /// Changes of what is stored that are being written.
  private var changes = 0

  init(
    service: MirrorService, post: @escaping @Sendable (Event) -> Void, onChange: @escaping @Sendable () async -> Void,
    onAutomation: @escaping @Sendable () -> Void
  ) {
    self.service = service
    inspector = ImageInspector(registries: service.registries)
    previewer = TagPreviewer(registries: service.registries)
    self.post = post
    self.onChange = onChange
    self.onAutomation = onAutomation
  }

  func perform(_ action: Action) {
    switch action {
    case .sweep(let id, let kind): sweep(id, kind)
    case .createRepositories(let new): createRepositories(new)
    case .setTimer(let isPaused):
      change("\(isPaused ? "pause" : "resume") the timer") { [onAutomation] service in
        try await service.backend.automation.setTimer(isPaused: isPaused)
        onAutomation()
        return isPaused ? "paused the timer: no run starts automatically" : "resumed the timer"
      }
    case .plan(let number, let selection): plan(number, selection)
    case .stopPlan: planning?.cancel()
    case .stopSweeps: sweeps.values.forEach { $0.cancel() }
    case .add(let entry):
      changeRows("add", "added", [entry.source]) { service in
        try await service.add(entry)
        return RowsChanged(written: [.add(entry)])
      }
    case .importRows(let file): importRows(file)
    case .edit(let original, let new):
      changeRows("edit", "changed", [original.source]) { service in
        let (old, written) = try await service.changeRow(original.source) { entry in
          guard entry.hasSameDefinition(as: original) else {
            throw MirrorError(
              .conflict, "somebody else changed it in the meantime: open the form again to see its current values")
          }
          let observed = entry.observed
          entry = new
          entry.observed = observed
        }
        return RowsChanged(written: [.replace(old, with: written)])
      }
    case .setEnabled(let sources, let isEnabled):
      changeRows(isEnabled ? "enable" : "disable", isEnabled ? "enabled" : "disabled", sources) { service in
        try await service.setEnabled(sources, isEnabled)
      }
    case .remove(let sources):
      changeRows("delete", "deleted", sources) { service in try await service.remove(sources) }
    case .undo(let edit): undo(edit)
    case .cancel(let jobs):
      each(jobs, "job", "cancel", "cancelling") { service, job in try await service.cancel(job)?.shortTitle }
    case .withdraw(let parts, let jobs):
      if !jobs.isEmpty { perform(.cancel(jobs: jobs)) }
      let bySource = Dictionary(parts.map { ($0.source, $0.job) }, uniquingKeysWith: { first, _ in first })
      each(parts.map(\.source), "image", "take out", "took out") { service, source in
        if let job = bySource[source] { try await service.cancel(job, only: source) }
        return nil
      }
    case .retry(let requests):
      change("queue \(counted(requests.count, "job"))") { service in
        let outcomes = try await service.submit(requests)
        let submissions = outcomes.compactMap { try? $0.get() }
        let failures = outcomes.compactMap { outcome in if case .failure(let error) = outcome { error } else { nil } }
        let new = submissions.count { $0.isNew }
        let old = submissions.count - new
        let text = "queued \(counted(new, "job"))" + (old > 0 ? ", \(old) already under way" : "")
        if let first = failures.first { throw MirrorError(.backend, "\(text), \(failures.count) failed: \(first)") }
        return text
      }
    case .write(let file, let text):
      change("write \(file)") { _ in
        do throws(SystemError) {
          return "wrote \(try FileSaver.save(text, file: file))"
        } catch {
          guard error.code == EEXIST else { throw error }
          throw MirrorError(.invalid, "a file with that name exists: give another name after the command")
        }
      }
    case .runOwn(let run):
      let runner = OwnCommandRunner { [post] in post(.output($0)) }
      own[run.id] = Task {
        await runner.run(run)
        self.own[run.id] = nil
      }
    case .stopOwn(let id): own[id]?.cancel()
    case .browse(let page):
      let browser = Browser(ProcessInfo.processInfo.environment)
      browser?.open(page)
      let text = browser == nil ? "\(page) (copied, if the terminal allows it)" : "opened \(page)"
      post(.message(Message(at: .now, severity: .info, text: text)))
    case .inspect(let references, let withSize):
      for reference in references {
        Task { [inspector, post] in
          post(.inspected(reference, await inspector.look(reference, withSize: withSize)))
        }
      }
    case .compare(let source, let destination):
      Task { [service, post] in
        do {
          let comparison = try await service.difference(of: source, at: destination)
          post(.compared(source: source, destination: destination, .read(comparison)))
        } catch {
          post(.compared(source: source, destination: destination, .failed(String(describing: error).cleaned)))
        }
      }
    case .preview(let subject, let again):
      Task { [previewer, post] in
        if let outcome = await previewer.look(subject, again: again) { post(.previewed(subject, outcome)) }
      }
    }
  }

  /// Makes each once, and mirrors the rows whose repositories are there then.
  private func createRepositories(_ new: [NewRepository]) {
    change("create \(new.count == 1 ? new[0].name : "the repositories")") { service in
      var (made, failures, rows) = ([String: Bool](), [String](), Set<String>())
      for one in new {
        if made[one.name] == nil {
          do {
            _ = try await service.createRepository(one.name, for: one.mirror)
            made[one.name] = true
          } catch {
            made[one.name] = false
            failures.append("\(one.name): \(Failure(error).sentence)")
          }
        }
        if made[one.name] == true { rows.insert(one.mirror) }
      }
      let done = made.filter(\.value).keys.sorted()
      var text = done.count == 1 ? "created \(done[0])" : "created \(done.count) repositories"
      if !rows.isEmpty {
        let report = try await service.mirror(.sources(rows.sorted()))
        text += ": \(report.summary)"
      }
      if let first = failures.first {
        let rest = failures.count > 1 ? " (and \(failures.count - 1) more)" : ""
        throw MirrorError(.backend, done.isEmpty ? first + rest : "\(text); failed: \(first)\(rest)")
      }
      return text
    }
  }

  /// Stops what is under way, but for changes: a row that was just added is there also when `q` follows at once. A store
  /// that hangs is waited for so long only.
  func end() async {
    for task in Array(sweeps.values) + Array(own.values) { task.cancel() }
    planning?.cancel()
    let latest = ContinuousClock.now + .seconds(2)
    while changes > 0 || !own.isEmpty, .now < latest { try? await Task.sleep(for: .milliseconds(5)) }
  }

  /// Does the same to some things, and goes on where one of them fails: what was done and what was not is told. A single
  /// one is called what `body` says, or else what it was asked for by.
  private func each(
    _ subjects: [String], _ noun: String, _ verb: String, _ done: String,
    _ body: @escaping @Sendable (MirrorService, String) async throws -> String?
  ) {
    change("\(verb) \(named(subjects, noun))") { service in
      var failures: [String] = []
      var title: String?
      for subject in subjects {
        do {
          title = try await body(service, subject)
        } catch {
          if subjects.count == 1 { throw error }
          failures.append("\(subject): \(Failure(error).sentence)")
        }
      }
      guard let first = failures.first else {
        return "\(done) \((subjects.count == 1 ? title : nil) ?? named(subjects, noun))"
      }
      let rest = failures.count > 1 ? " (and \(failures.count - 1) more)" : ""
      throw MirrorError(
        .backend,
        "\(done) \(counted(subjects.count - failures.count, noun)) of \(subjects.count); failed: \(first)\(rest)")
    }
  }

  private func change(_ action: String, _ body: @escaping @Sendable (MirrorService) async throws -> String) {
    writing { service in
      do {
        let outcome = try await body(service)
        return .message(Message(at: .now, severity: .good, text: outcome.cleaned))
      } catch {
        return .message(.failure("cannot \(action)", error))
      }
    }
  }

  /// Changes rows, so that it can be taken back.
  private func changeRows(
    _ verb: String, _ done: String, _ sources: [String],
    _ body: @escaping @Sendable (MirrorService) async throws -> RowsChanged
  ) {
    writing { service in
      do {
        let change = try await body(service)
        let edit = RowsEdit(what: "\(done) \(named(change.written.map(\.source), "mirror"))", change: change)
        return .rowsChanged(change.written.isEmpty ? nil : edit, .changed(edit, verb, done, of: sources))
      } catch {
        return .rowsChanged(nil, .failure("cannot \(verb) \(named(sources, "mirror"))", error))
      }
    }
  }

  private func importRows(_ file: String) {
    writing { service in
      do {
        let rows = try ImportFile.read(file)
        let change = try await service.importRows(rows.entries)
        let edit = RowsEdit(what: "imported \(counted(change.written.count, "row")) from \(file)", change: change)
        return .rowsChanged(
          change.written.isEmpty ? nil : edit, .imported(edit, of: rows.entries.count, notes: rows.notes.count))
      } catch {
        return .rowsChanged(nil, .failure("nothing was imported from \(file)", error))
      }
    }
  }

  private func undo(_ edit: RowsEdit) {
    writing { service in
      do {
        let change = try await service.undo(edit.change)
        return .rowsUndone(edit, change, .undone(edit, change))
      } catch {
        return .rowsUndone(edit, nil, .failure("cannot undo \(edit.what)", error))
      }
    }
  }

  private func writing(_ body: @escaping @Sendable (MirrorService) async -> Event) {
    changes += 1
    Task { [service, post, onChange] in
      post(await body(service))
      self.changes -= 1
      await onChange()
    }
  }

  /// Looks at what would be copied: one look at a time, for one question at a time.
  private func plan(_ number: Int, _ selection: Selection) {
    planning?.cancel()
    let progress = ProgressGate { [post] in post(.planProgress(number, $0)) }
    planning = Task { [service, post, onChange] in
      do {
        post(.planned(number, try await service.plan(selection) { progress.tell($0) }))
      } catch {
        if !Task.isCancelled { post(.planFailed(number, .failure("cannot find out what would be copied", error))) }
      }
      await onChange()
    }
  }

  private func sweep(_ id: Int, _ kind: Sweep.Kind) {
    switch kind {
    case .check(let selection):
      sweep(id, "check", "the check") { service, progress in
        .checked(try await service.check(selection, onProgress: progress))
      }
    case .mirror(let selection):
      sweep(id, "mirror", "the mirroring") { service, progress in
        .mirrored(try await service.mirror(selection, onProgress: progress))
      }
    case .run:
      sweep(id, "run", "the run") { [onAutomation] service, progress in
        let holder = RunHolder.current("a person at a dashboard").description
        defer { onAutomation() }
        return .started(try await service.startRun(holder: holder, onProgress: progress))
      }
    }
  }

  private func sweep(
    _ id: Int, _ verb: String, _ name: String,
    _ body: @escaping @Sendable (MirrorService, @escaping @Sendable (SweepProgress) -> Void) async throws -> Message
  ) {
    let progress = ProgressGate { [post] in post(.sweepProgress(id, $0)) }
    sweeps[id] = Task { [service, post, onChange] in
      let message: Message
      do {
        message = try await body(service) { progress.tell($0) }
      } catch {
        message =
          Task.isCancelled
          ? Message(at: .now, severity: .warning, text: "\(name) was stopped") : .failure("cannot \(verb)", error)
      }
      post(.sweepEnded(id, message))
      await onChange()
      self.forget(id)
    }
  }

  private func forget(_ id: Int) {
    sweeps[id] = nil
  }
}

private func named(_ sources: [String], _ noun: String) -> String {
  sources.count == 1 ? sources[0] : counted(sources.count, noun)
}

/// Lets through at most ten figures a second, and the last.
private final class ProgressGate: Sendable {
  private let last = Lock<ContinuousClock.Instant?>(nil)
  private let pass: @Sendable (SweepProgress) -> Void

  init(_ pass: @escaping @Sendable (SweepProgress) -> Void) {
    self.pass = pass
  }

  func tell(_ progress: SweepProgress) {
    let isDue = last.withLock { last in
      guard progress.looked < progress.known, let before = last, .now - before < .milliseconds(100) else {
        last = .now
        return true
      }
      return false
    }
    if isDue { pass(progress) }
  }
}
