import OCIRegistry
import Support

/// Tells what was seen of registries, and as whom they are asked, until the task is cancelled.
struct RegistryWatcher: Sendable {
  let registries: RegistryClient
  let credentials: any CredentialSource
  let post: @Sendable (Event) -> Void

  /// - Parameter repositories: a repository on each registry whose sign-in is wanted.
  func follow(_ repositories: [String: String]) async {
    let signIns = Lock<[String: SignIn]>([:])
    await withDiscardingTaskGroup { group in
      // A credential helper may take its time; nobody waits for it.
      for (registry, repository) in repositories {
        group.addTask {
          let signIn = await signIn(to: registry, repository)
          signIns.withLock { $0[registry] = signIn }
        }
      }
      group.addTask {
        var last: ([RegistryStatus], [String: SignIn])?
        repeat {
          let now = (registries.status(), signIns.withLock { $0 })
          if last.map({ $0 != now }) ?? true { post(.registries(now.0, signIns: now.1)) }
          last = now
        } while (try? await Task.sleep(for: .seconds(1), tolerance: .milliseconds(200))) != nil
      }
    }
  }

  private func signIn(to registry: String, _ repository: String) async -> SignIn {
    do {
      return SignIn(try await credentials.credential(for: registry, repository: repository))
    } catch {
      return .failed(Failure(error).sentence)
    }
  }
}
