import FoundationEssentials
import Installation
import MirrorCore
import Support
import Terminal

/// Events in, pictures out: the one place where `reduce`, `render` and the world meet. It decides nothing but whether to
/// draw.
struct DashboardLoop {
  private let face: any Face
  private let options: DashboardOptions
  private let environment: [String: String]
  private let find: Opening.Open
  private let inbox = Inbox()
  private var state: State
  /// What is on the screen; nil until the first installation is open.
  private var session: Session?
  /// The installation that was meant at first, and the one that was last asked for.
  private let first: InstallationChoice
  private var choice: InstallationChoice
  private var opening: Task<Void, Never>?
  /// Sessions that others took the place of, and that may still write something.
  private var leaving: [Task<Void, Never>] = []
  /// When what is shown will read differently.
  private var nextChange: Date?
  private var isOver = false
  private var failure: MirrorError?

  init(
    _ choice: InstallationChoice, _ face: any Face, _ state: State, _ options: DashboardOptions,
    environment: [String: String], open: @escaping Opening.Open
  ) {
    first = choice
    self.choice = choice
    self.face = face
    self.state = state
    self.options = options
    self.environment = environment
    find = open
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
    inbox.post(.began)
    for await _ in inbox.wakes {
      await takeEvents()
      if isOver { break }
    }
    opening?.cancel()
    keys.cancel()
    leave(state.remembered)
    for task in leaving { await task.value }
    return failure
  }

  private mutating func takeEvents() async {
    var mustDraw = false
    for (event, sender) in inbox.drain() {
      mustDraw = mustDraw || state.isSeen(event, nextChange: nextChange)
      for effect in state.reduce(event, from: sender) { await perform(effect) }
      if isOver { return }
    }
    await session?.keep(state.watch, presses: state.presses)
    if mustDraw { nextChange = face.show(state) }
    inbox.rest(until: state.rest(nextChange: nextChange))
  }

  private mutating func perform(_ effect: Effect) async {
    switch effect {
    case .terminal(let effect): face.perform(effect)
    case .program(let effect): perform(effect)
    case .reload: await session?.reload()
    case .act(let action): await session?.perform(action)
    }
  }

  private mutating func perform(_ effect: Effect.Program) {
    switch effect {
    case .quit: isOver = true
    case .fail(let reason):
      failure = MirrorError(.invalid, reason)
      isOver = true
    case .open(let name, let number): open(name, number)
    case .enter(let opened, let left, let looked, let wakes):
      leave(left)
      session = opened.begin(looked, wakes)
    }
  }

  /// Opens an installation beside the one on the screen; whatever was being opened is not any more.
  private mutating func open(_ name: String?, _ number: Int) {
    let locations = Locations(environment: environment)
    choice = name.map { choice.other($0, stacks: options.stacks, locations: locations) } ?? first
    opening?.cancel()
    let opening = Opening(
      choice: choice, number: number, open: find, title: choice.title(locations), persists: name == nil, inbox: inbox)
    self.opening = Task { [production = options.settings.production] in await opening.run(production: production) }
  }

  private mutating func leave(_ looked: Remembered) {
    guard let old = session else { return }
    session = nil
    leaving.append(Task { await old.end(looked) })
  }
}

extension State {
  /// Whether an event may make a difference to see. Time does only once something on the screen reads differently.
  ///
  /// - Parameter nextChange: when that is; nil for never.
  func isSeen(_ event: Event, nextChange: Date?) -> Bool {
    switch event {
    case .tick(let date): date >= rest(nextChange: nextChange) || isStale(at: date) != isStale
    case .unchanged(let date): date >= rest(nextChange: nextChange)
    case .shown, .began: false
    default: true
    }
  }

  /// Until when it makes no difference that nothing changed.
  func rest(nextChange: Date?) -> Date { failure != nil || isStale ? .distantPast : nextChange ?? .distantFuture }
}
