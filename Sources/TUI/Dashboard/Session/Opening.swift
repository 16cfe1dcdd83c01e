import FoundationEssentials
import Installation
import MirrorCore
import Support

/// Opens an installation beside the screen: finding a stack takes a network.
struct Opening: Sendable {
  /// - Throws: `MirrorError` and others saying what cannot be used.
  typealias Open = @Sendable (InstallationChoice) async throws -> Found

  let choice: InstallationChoice
  /// What its events, and those of the session that it becomes, are marked with.
  let number: Int
  /// How an installation is found.
  let open: Open
  /// What it is called until it is open.
  let title: String
  /// Whether to try again what may work later, rather than give up.
  let persists: Bool
  let inbox: Inbox

  /// Posts what came of it: `.opened`, `.notOpened`, and while it is tried again `.loadFailed`.
  func run(production: Set<String>) async {
    let post: @Sendable (Event) -> Void = { [inbox, number] in inbox.post($0, from: number) }
    var failures = 0
    repeat {
      do {
        let found = try await open(choice)
        let memory = found.folder.map { StateFile(folder: $0, name: found.name) }
        let isProduction = !production.isDisjoint(with: found.names)
        let installed = State.Installed(name: found.name, isProduction: isProduction, readOnly: found.readOnly)
        let opened = Opened(number: number, installed: installed, memory: memory?.read()) { looked, wakes in
          Session(
            found.service, credentials: found.credentials, memory: memory, remembered: looked, wakes: wakes, post: post)
        }
        return post(.opened(opened))
      } catch {
        guard !Task.isCancelled else { return }
        guard persists, error.mayPass else {
          let reason = String(describing: error).cleaned
          return post(.notOpened(title, reason))
        }
        failures += 1
        let failure = Failure(error)
        let wait = failure.pause(after: failures)
        let now = Date.now
        post(.loadFailed(failure, at: now, retry: now.addingTimeInterval(wait.seconds)))
        await sleep(wait, post)
      }
    } while !Task.isCancelled
  }

  /// Time goes on for the screen meanwhile.
  private func sleep(_ duration: Duration, _ post: (Event) -> Void) async {
    let end = ContinuousClock.now + duration
    while .now < end, (try? await Task.sleep(for: min(end - .now, .seconds(1)))) != nil { post(.tick(.now)) }
  }
}

extension Error {
  /// Whether the same may work later, with nothing typed differently.
  fileprivate var mayPass: Bool { (self as? MirrorError)?.kind == .backend }
}
