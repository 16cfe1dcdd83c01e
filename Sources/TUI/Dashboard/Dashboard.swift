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
  /// Whether it is plain lines rather than a screen.
  var isLinear = false
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
    let face: any Face
    var isASCII = false
    if options.isLinear {
      face = LinearFace()
    } else {
      let screen = try await openScreen(options)
      (face, isASCII) = (ScreenFace(screen), !screen.isUTF8)
    }
    let context = State.Context(
      name: options.contextName, isReadOnly: options.readOnly, isProduction: options.settings.isProduction,
      isASCII: isASCII, hasASCIIBorders: options.settings.hasASCIIBorders)
    var state = State(
      context: context, keys: options.settings.keys, size: Size(rows: 24, columns: 80), now: .now)
    state.theme = options.settings.theme
    if let memory = options.memory?.read() { state.take(memory) }
    await DashboardLoop(
      service: service, credentials: credentials, face: face, state: state, memory: options.memory
    )
    .run()
    await face.close()
  }

  private static func openScreen(_ options: DashboardOptions) async throws -> Screen {
    var screenOptions = Screen.Options(color: options.color)
    screenOptions.mouse = options.settings.mouse
    return try await Screen.open(screenOptions)
  }
}

/// Events in, pictures out: the one place where `reduce`, `render` and the world meet.
private struct DashboardLoop {
  let face: any Face
  private let inbox = Inbox()
  private let poller: Poller
  private let actions: Actions
  private let follower: LogFollower
  private let registries: RegistryWatcher
  private let memory: StateFile?
  private var state: State
  /// What the memory holds.
  private var remembered: Remembered
  /// When what is shown will read differently; and whether it is shown at all.
  private var nextChange: Date?
  private var isShown = false
  private var watch = Watch()
  private var following: Task<Void, Never>?
  private var watching: Task<Void, Never>?

  init(service: MirrorService, credentials: any CredentialSource, face: any Face, state: State, memory: StateFile?) {
    self.face = face
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
    let keys = Task { [face, inbox] in
      for await event in face.events {
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
    var mustDraw = !isShown
    for event in events {
      mustDraw = mustDraw || changesPicture(event)
      if case .resized = event { isShown = false }
      for effect in state.reduce(event) {
        switch effect {
        case .quit: return false
        case .suspend: face.suspend()
        case .redraw: face.redraw()
        case .copy(let text): face.copy(text)
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
    case .tick(let date): nextChange.map { date >= $0 } ?? false
    case .unchanged(let date):
      state.failure != nil || state.isStale || nextChange.map { date >= $0 } ?? false
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
    nextChange = face.show(state, isNew: !isShown)
    isShown = true
  }
}
