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
  var settings = DashboardSettings()
  /// Where to keep how it was looked at; nil for nowhere.
  var memory: StateFile?
}

/// The screen that shows an installation live.
enum Dashboard {
  /// Runs until it is quit, a signal ends it, or the terminal goes away. Jobs that were started go on.
  ///
  /// - Throws: `ScreenError` where there is no terminal that can show it.
  static func run(
    service: MirrorService, credentials: any CredentialSource, options: DashboardOptions
  ) async throws {
    var screenOptions = Screen.Options(color: options.color)
    screenOptions.mouse = options.settings.mouse
    let screen = try await Screen.open(screenOptions)
    let context = State.Context(
      name: options.contextName, isReadOnly: options.readOnly, isProduction: options.settings.isProduction,
      isASCII: !screen.isUTF8, hasASCIIBorders: options.settings.hasASCIIBorders)
    var state = State(
      context: context, keys: options.settings.keys, size: Size(rows: 24, columns: 80), now: .now)
    state.theme = options.settings.theme
    if let memory = options.memory?.read() { state.take(memory) }
    await DashboardLoop(
      service: service, credentials: credentials, screen: screen, state: state, memory: options.memory
    )
    .run()
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
  private let memory: StateFile?
  private var state: State
  /// What the memory holds.
  private var remembered: Remembered
  private var frame: Frame?
  private var watch = Watch()
  private var following: Task<Void, Never>?
  private var watching: Task<Void, Never>?

  init(service: MirrorService, credentials: any CredentialSource, screen: Screen, state: State, memory: StateFile?) {
    self.screen = screen
    self.state = state
    self.memory = memory
    remembered = state.remembered
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
    remember()
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
        case .copy(let text): screen.copy(text)
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

  private mutating func remember() {
    let new = state.remembered
    guard new != remembered else { return }
    remembered = new
    memory?.write(new)
  }

  private mutating func draw() {
    let next = state.render()
    if next.grid != frame?.grid || next.cursor != frame?.cursor { screen.show(next.grid, cursor: next.cursor) }
    frame = next
  }
}
