import FoundationEssentials
import MirrorCore
import Support

/// Carries out what `reduce` asks for, each as a task of its own, so that the screen goes on while a registry hangs.
/// Every outcome comes back as a message.
actor Actions {
  private let service: MirrorService
  private let post: @Sendable (Event) -> Void
  /// Called after anything that may have changed what is stored.
  private let onChange: @Sendable () async -> Void
  private var sweeps: [Int: Task<Void, Never>] = [:]
  /// Changes of what is stored that are being written.
  private var changes = 0

  init(
    service: MirrorService, post: @escaping @Sendable (Event) -> Void, onChange: @escaping @Sendable () async -> Void
  ) {
    self.service = service
    self.post = post
    self.onChange = onChange
  }

  func perform(_ effect: Effect) {
    switch effect {
    case .check(let id, let selection): sweep(id, "check", selection)
    case .mirror(let id, let selection): sweep(id, "mirror", selection)
    case .stopSweeps: sweeps.values.forEach { $0.cancel() }
    case .add(let entry):
      change("add \(entry.source)") { service in
        try await service.add(entry)
        return "added \(entry.source)"
      }
    case .edit(let original, let new):
      change("edit \(original.source)") { service in
        _ = try await service.edit(original.source) { entry in
          guard entry.hasSameDefinition(as: original) else {
            throw MirrorError(
              .conflict, "somebody else changed it meanwhile: open the form again to see what it says now")
          }
          let observed = entry.observed
          entry = new
          entry.observed = observed
        }
        return "changed \(original.source)"
      }
    case .setEnabled(let sources, let isEnabled):
      change("switch \(sources.first ?? "") \(isEnabled ? "on" : "off")") { service in
        for source in sources { _ = try await service.edit(source) { $0.enabled = isEnabled } }
        return "\(isEnabled ? "enabled" : "disabled") \(named(sources, "mirror"))"
      }
    case .remove(let sources):
      change("delete \(sources.first ?? "")") { service in
        for source in sources { _ = try await service.remove(source) }
        return "deleted \(named(sources, "mirror"))"
      }
    case .cancel(let jobs):
      change("cancel \(counted(jobs.count, "job"))") { service in
        for job in jobs { try await service.cancel(job) }
        return "asked \(counted(jobs.count, "job")) to end"
      }
    case .quit, .suspend, .redraw, .reload: break
    }
  }

  /// Stops what is under way, but for changes: a row that was just added is there also when `q` follows at once. A store
  /// that hangs is waited for so long only.
  func end() async {
    sweeps.values.forEach { $0.cancel() }
    let latest = ContinuousClock.now + .seconds(2)
    while changes > 0, .now < latest { try? await Task.sleep(for: .milliseconds(5)) }
  }

  private func change(_ action: String, _ body: @escaping @Sendable (MirrorService) async throws -> String) {
    changes += 1
    Task { [service, post, onChange] in
      do {
        let outcome = try await body(service)
        post(.message(Message(at: .now, severity: .good, text: outcome.cleaned)))
      } catch {
        post(.message(.failure("cannot \(action)", error)))
      }
      self.changes -= 1
      await onChange()
    }
  }

  private func sweep(_ id: Int, _ verb: String, _ selection: Selection) {
    let progress = ProgressGate { [post] in post(.sweepProgress(id, $0)) }
    sweeps[id] = Task { [service, post, onChange] in
      let message: Message
      do {
        if verb == "check" {
          message = .checked(try await service.check(selection) { progress.take($0) })
        } else {
          message = .mirrored(try await service.mirror(selection) { progress.take($0) })
        }
      } catch {
        message =
          Task.isCancelled
          ? Message(at: .now, severity: .warning, text: "the \(verb == "check" ? "check" : "mirroring") was stopped")
          : .failure("cannot \(verb)", error)
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

  func take(_ progress: SweepProgress) {
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
