import FoundationEssentials
import Installation
import MirrorCore
import Support
import Terminal

struct DashboardOptions: Sendable {
  /// Refuses and hides whatever changes anything.
  var readOnly = false
  /// Whether colours may be used where the terminal has them.
  var color = true
  /// Whether it is plain lines rather than a screen.
  var isLinear = false
  var settings = DashboardSettings()
  /// Stacks by the names that the configuration gives them.
  var stacks: [String: StackReference] = [:]
}

/// The screen that shows an installation live.
enum Dashboard {
  /// Runs until it is quit, a signal ends it, or the terminal goes away. Jobs that were started go on.
  ///
  /// - Throws: `ScreenError` where there is no terminal that can show it; `MirrorError` where the installation that is
  ///   meant cannot be opened, and would not be later.
  static func run(
    _ choice: InstallationChoice, environment: [String: String], options: DashboardOptions
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
      installed: State.Installed(name: choice.title(Locations(environment: environment))),
      isReadOnly: options.readOnly, isASCII: isASCII, hasASCIIBorders: options.settings.hasASCIIBorders,
      others: options.stacks.keys.sorted() + [InstallationChoice.local])
    var state = State(
      context: context, keys: options.settings.keys, size: Size(rows: 24, columns: 80), now: .now)
    state.theme = options.settings.theme
    let failure = await DashboardLoop(choice, face, state, options, environment).run()
    await face.close()
    if let failure { throw failure }
  }

  private static func openScreen(_ options: DashboardOptions) async throws -> Screen {
    var screenOptions = Screen.Options(color: options.color)
    screenOptions.mouse = options.settings.mouse
    return try await Screen.open(screenOptions)
  }
}

/// Events in, pictures out: the one place where `reduce`, `render` and the world meet.
private struct DashboardLoop {
  private let face: any Face
  private let options: DashboardOptions
  private let environment: [String: String]
  private let inbox = Inbox()
  private var state: State
  /// What is on the screen; nil until the first installation is open.
  private var session: Session?
  /// The installation that was meant at first: it is waited for, however long, until one is on the screen.
  private let first: InstallationChoice
  /// The one that was last asked for, and its being opened.
  private var choice: InstallationChoice
  private var opening: Task<Opened?, Never>?
  /// Sessions and openings are numbered alike.
  private var number = 0
  /// Sessions that others took the place of, and that may still write something.
  private var leaving: [Task<Void, Never>] = []
  /// When what is shown will read differently; and whether it is shown at all.
  private var nextChange: Date?
  private var isShown = false
  private var failure: MirrorError?

  init(
    _ choice: InstallationChoice, _ face: any Face, _ state: State, _ options: DashboardOptions,
    _ environment: [String: String]
  ) {
    first = choice
    self.choice = choice
    self.face = face
    self.state = state
    self.options = options
    self.environment = environment
  }

  /// - Returns: why the installation that was meant at first cannot be opened at all.
  consuming func run() async -> MirrorError? {
    let keys = Task { [face, inbox] in
      for await event in face.events {
        switch event {
        case .keys(let keys, let arrival): inbox.post(keys, arrival)
        case .painted(let time): inbox.post(.shown(time))
        case .resized(let size): inbox.post(.resized(size))
        case .ended: break
        }
      }
      inbox.close()
    }
    open(choice)
    for await _ in inbox.wakes {
      if await !takeEvents() { break }
    }
    opening?.cancel()
    keys.cancel()
    leave()
    for task in leaving { await task.value }
    return failure
  }

  /// - Returns: whether to go on.
  private mutating func takeEvents() async -> Bool {
    var mustDraw = !isShown
    var isKeyed = false
    for (event, sender) in inbox.take() {
      // What an installation says after another took its place concerns nobody.
      if let sender, sender != session?.number, sender != number { continue }
      mustDraw = mustDraw || changesPicture(event)
      switch event {
      case .key: isKeyed = true
      case .resized: isShown = false
      case .opened: leave()
      case .notOpened(_, let reason) where session == nil && choice == first:
        failure = MirrorError(.invalid, reason)
        return false
      default: break
      }
      for effect in state.reduce(event) {
        if effect == .quit { return false }
        await perform(effect)
      }
      switch event {
      case .opened: await enter()
      case .notOpened where session == nil: open(first)
      default: break
      }
    }
    if isKeyed { await session?.stir() }
    await session?.keep(state.watch)
    if mustDraw { draw() }
    inbox.rest(until: rest)
    return true
  }

  private mutating func perform(_ effect: Effect) async {
    switch effect {
    case .quit: break
    case .suspend: face.suspend()
    case .redraw: face.redraw()
    case .copy(let text): face.copy(text)
    case .use(let name):
      let locations = Locations(environment: environment)
      open(choice.other(name, stacks: options.stacks, locations: locations))
    case .reload where session == nil: open(choice)
    default:
      if let session {
        await session.perform(effect)
      } else {
        inbox.post(.message(Message(at: .now, severity: .warning, text: "\(state.context.name) is not open yet")))
      }
    }
  }

  /// Opens an installation beside the one on the screen; whatever was being opened is not any more.
  private mutating func open(_ choice: InstallationChoice) {
    self.choice = choice
    opening?.cancel()
    number += 1
    let opening = Opening(
      choice: choice, environment: environment, readOnly: options.readOnly, persists: session == nil && choice == first)
    self.opening = Task { [inbox, number, production = options.settings.production] in
      await opening.run(production: production) { inbox.post($0, from: number) }
    }
  }

  /// Goes over to what was opened.
  private mutating func enter() async {
    guard let opened = await opening?.value else { return }
    session = Session(
      opened, number: number, remembered: state.remembered, wakes: !state.context.isReadOnly, inbox: inbox)
  }

  private mutating func leave() {
    guard let old = session else { return }
    session = nil
    leaving.append(Task { [remembered = state.remembered] in await old.end(remembered) })
  }

  /// Whether an event may make a difference to see. Time does only once something on the screen reads differently.
  private func changesPicture(_ event: Event) -> Bool {
    switch event {
    case .tick(let date): date >= rest || state.isStale(at: date) != state.isStale
    case .unchanged(let date): date >= rest
    case .shown: false
    default: true
    }
  }

  /// Until when it makes no difference that nothing changed.
  private var rest: Date { state.failure != nil || state.isStale ? .distantPast : nextChange ?? .distantFuture }

  private mutating func draw() {
    nextChange = face.show(state, isNew: !isShown)
    isShown = true
  }
}
