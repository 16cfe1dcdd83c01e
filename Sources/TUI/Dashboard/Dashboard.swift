import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support
import Terminal

struct DashboardOptions: Sendable {
  /// Which installation this is, for a person: a folder, or a stack with its account and region.
  var contextName: String
  /// Refuses and hides whatever changes anything.
  var readOnly = false
  /// Whether colours may be used where the terminal has them.
  var color = true
}

/// The screen that shows an installation live.
enum Dashboard {
  /// Runs until it is quit, a signal ends it, or the terminal goes away. Jobs that were started go on.
  ///
  /// - Throws: `ScreenError` where there is no terminal that can show it.
  static func run(
    service: MirrorService, credentials: any CredentialSource, options: DashboardOptions
  ) async throws {
    let screen = try await Screen.open(Screen.Options(color: options.color))
    let context = State.Context(
      name: options.contextName, isReadOnly: options.readOnly, isASCII: !screen.isUTF8)
    let state = State(context: context, size: Size(rows: 24, columns: 80), now: .now)
    await DashboardLoop(service: service, credentials: credentials, screen: screen, state: state).run()
    await screen.close()
  }
}

/// Events in, grids out: the one place where `reduce`, `render` and the world meet.
private struct DashboardLoop {
  let screen: Screen
  private let inbox = Inbox()
  private let poller: Poller
  private let actions: Actions
  private let follower: LogFollower
  private let registries: RegistryWatcher
  private var state: State
  private var frame: Frame?
  private var watch = Watch()
  private var following: Task<Void, Never>?
  private var watching: Task<Void, Never>?

  init(service: MirrorService, credentials: any CredentialSource, screen: Screen, state: State) {
    self.screen = screen
    self.state = state
    let post: @Sendable (Event) -> Void = { [inbox] in inbox.post($0) }
    let poller = Poller(service: service, post: post)
    self.poller = poller
    actions = Actions(service: service, post: post, onChange: { await poller.hurry() })
    follower = LogFollower(logs: service.backend.logs, post: post)
    registries = RegistryWatcher(registries: service.registries, credentials: credentials, post: post)
  }

  consuming func run() async {
    let polling = Task { [poller] in await poller.run() }
    let keys = Task { [screen, inbox] in
      for await event in screen.events {
        switch event {
        case .keys(let keys): keys.forEach { inbox.post(.key($0)) }
        case .resized(let size): inbox.post(.resized(size))
        case .ended: break
        }
      }
      inbox.close()
    }
    for await _ in inbox.wakes {
      if await !takeEvents() { break }
    }
    // None of them is waited for: one may hang on a store or a registry.
    polling.cancel()
    keys.cancel()
    following?.cancel()
    watching?.cancel()
    await actions.end()
  }

  /// - Returns: whether to go on.
  private mutating func takeEvents() async -> Bool {
    let events = inbox.take()
    var mustDraw = frame == nil
    for event in events {
      mustDraw = mustDraw || changesPicture(event)
      if case .resized = event { frame = nil }
      for effect in state.reduce(event) {
        switch effect {
        case .quit: return false
        case .suspend: screen.suspend()
        case .redraw: screen.redraw()
        case .reload: await poller.reload()
        default: await actions.perform(effect)
        }
      }
    }
    await keepWatching()
    if mustDraw { draw() }
    return true
  }

  /// Whether an event may make a difference to see. Time does only once something on the screen reads differently.
  private func changesPicture(_ event: Event) -> Bool {
    switch event {
    case .tick(let date): frame?.nextChange.map { date >= $0 } ?? false
    case .unchanged: state.failure != nil || state.isStale
    default: true
    }
  }

  private mutating func keepWatching() async {
    let wanted = state.watch
    guard wanted != watch else { return }
    if wanted.history != watch.history { await poller.watch(history: wanted.history) }
    if wanted.log != watch.log {
      following?.cancel()
      following = wanted.log.map { source in Task { [follower] in await follower.follow(source) } }
    }
    if wanted.registries != watch.registries {
      watching?.cancel()
      watching = wanted.registries.map { names in Task { [registries] in await registries.follow(names) } }
    }
    watch = wanted
  }

  private mutating func draw() {
    let next = state.render()
    if next.grid != frame?.grid || next.cursor != frame?.cursor { screen.show(next.grid, cursor: next.cursor) }
    frame = next
  }
}
