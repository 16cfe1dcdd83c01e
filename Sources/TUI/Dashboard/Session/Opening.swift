import FoundationEssentials
import Installation
import MirrorCore
import Support

/// Opens an installation beside the screen: finding a stack takes a network.
struct Opening: Sendable {
  let choice: InstallationChoice
  let environment: [String: String]
  /// Whether nothing is to be changed.
  let readOnly: Bool
  /// Whether to try again what may work later, rather than give up.
  let persists: Bool

  /// Posts what came of it: `.opened`, `.notOpened`, and while it is tried again `.loadFailed`.
  ///
  /// - Returns: nil where it was given up, or the task was cancelled.
  func run(production: Set<String>, post: @Sendable (Event) -> Void) async -> Opened? {
    var failures = 0
    repeat {
      do {
        let installation = try await Installation.open(choice, environment: environment, readOnly: readOnly)
        let name = installation.backend.name
        let memory = installation.locations.state.map { StateFile(folder: $0, name: name) }
        let isProduction = !production.isDisjoint(with: installation.names)
        post(
          .opened(
            State.Installed(name: name, isProduction: isProduction, readOnly: installation.readOnly), memory?.read()))
        return Opened(installation: installation, memory: memory)
      } catch {
        guard !Task.isCancelled else { return nil }
        guard persists, error.mayPass else {
          let reason = String(describing: error).cleaned
          post(.notOpened(choice.title(Locations(environment: environment)), reason))
          return nil
        }
        failures += 1
        let failure = Failure(error)
        let wait = failure.pause(after: failures)
        let now = Date.now
        post(.loadFailed(failure, at: now, retry: now.addingTimeInterval(wait.seconds)))
        await sleep(wait, post)
      }
    } while !Task.isCancelled
    return nil
  }

  /// Time goes on for the screen meanwhile.
  private func sleep(_ duration: Duration, _ post: (Event) -> Void) async {
    let end = ContinuousClock.now + duration
    while .now < end, (try? await Task.sleep(for: min(end - .now, .seconds(1)))) != nil { post(.tick(.now)) }
  }
}

/// An installation that was opened, and where the dashboard keeps how it is looked at.
struct Opened: Sendable {
  let installation: Installation
  let memory: StateFile?
}

extension Error {
  /// Whether the same may work later, with nothing typed differently.
  fileprivate var mayPass: Bool { (self as? MirrorError)?.kind == .backend }
}
