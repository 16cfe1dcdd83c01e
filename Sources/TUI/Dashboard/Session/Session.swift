import MirrorCore
import OCIRegistry
import Support

/// An installation while it is on the screen: what reads it, and what acts on it.
struct Session {
  private let poller: Poller
  private let automation: AutomationWatcher
  private let actions: Actions
  private let follower: LogFollower
  private let registries: RegistryWatcher
  private let memory: StateFile?
  /// What the memory holds.
  private let remembered: Remembered
  private let polling: [Task<Void, Never>]
  private var watch = Watch()
  private var presses = 0
  private var following: Task<Void, Never>?
  private var watching: Task<Void, Never>?

  /// - Parameters:
  ///   - memory: where it is kept how it is looked at.
  ///   - remembered: how it is looked at to begin with.
  ///   - wakes: whether to see to jobs that wait: after a crash of the machine nobody may work on them.
  init(
    _ service: MirrorService, credentials: any CredentialSource, memory: StateFile?, remembered: Remembered,
    wakes: Bool,
    post: @escaping @Sendable (Event) -> Void
  ) {
    self.remembered = remembered
    self.memory = memory
    let automation = AutomationWatcher(
      service.backend.automation, waking: wakes ? service.backend.queue : nil, post: post)
    self.automation = automation
    let poller = Poller(service: service, post: post, onBeat: { automation.beat() })
    self.poller = poller
    actions = Actions(
      service: service, post: post, onChange: { await poller.hurry() }, onAutomation: { automation.hurry() })
    follower = LogFollower(logs: service.backend.logs, post: post)
    registries = RegistryWatcher(
      registries: service.registries, credentials: credentials, post: post)
    polling = [
      Task { await Errand.$isBackground.withValue(true) { await poller.run() } },
      Task { await Errand.$isBackground.withValue(true) { await automation.run() } },
    ]
    if wakes {
      Task {
        do {
          try await service.backend.queue.wake()
        } catch {
          post(.message(.failure("cannot take care of the queued jobs", error)))
        }
      }
    }
  }

  func perform(_ action: Action) async { await actions.perform(action) }

  /// Reads everything again.
  func reload() async {
    await poller.reload()
    automation.hurry()
  }

  /// Reads what is on the screen, and no longer what was; sooner where somebody is at the keyboard.
  ///
  /// - Parameter new: how many keys were pressed, ever.
  mutating func keep(_ wanted: Watch, presses new: Int) async {
    if new != presses { await poller.stir() }
    presses = new
    guard wanted != watch else { return }
    if wanted.history != watch.history { await poller.watch(history: wanted.history) }
    if wanted.log != watch.log {
      following?.cancel()
      following = wanted.log.map { source in
        Task { [follower] in await Errand.$isBackground.withValue(true) { await follower.follow(source) } }
      }
    }
    if wanted.registries != watch.registries {
      watching?.cancel()
      watching = wanted.registries.map { names in Task { [registries] in await registries.follow(names) } }
    }
    watch = wanted
  }

  /// Nothing of it goes on but jobs. Nothing that reads is waited for: it may hang on a store or a registry.
  ///
  /// - Parameter now: how it was looked at in the end.
  func end(_ now: Remembered) async {
    polling.forEach { $0.cancel() }
    following?.cancel()
    watching?.cancel()
    if now != remembered { memory?.write(now) }
    await actions.end()
  }
}
