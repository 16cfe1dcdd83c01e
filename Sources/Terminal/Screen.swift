import Glibc
import Support

/// The terminal as a screen: takes grids, gives keys. One thread of its own does all that touches ncurses, and sleeps
/// while nothing happens.
public final class Screen: Sendable {
  public struct Options: Sendable {
    /// Whether colours may be used where the terminal has them.
    public var color: Bool
    /// The terminal's descriptors.
    public var input: CInt
    public var output: CInt
    /// The terminal's type; nil for what TERM says.
    public var type: String?
    /// The locale whose characters it shows; empty for what LC_ALL, LC_CTYPE or LANG say.
    public var locale: String
    /// Whether the mouse is listened to, which takes the terminal's own marking of text away.
    public var mouse = false

    public init(color: Bool = true, input: CInt = 0, output: CInt = 1, type: String? = nil, locale: String = "") {
      self.color = color
      self.input = input
      self.output = output
      self.type = type
      self.locale = locale
    }
  }

  public enum Event: Sendable, Equatable {
    /// Everything that was pressed since the last batch, in order.
    case keys([Key], Arrival)
    /// A grid stands on the screen whose being there was to be told, and since when.
    case painted(ContinuousClock.Instant)
    /// The first event, and then whenever the size changed or all has to be drawn anew.
    case resized(Size)
    /// The last event, unless `close` came first. The terminal is given back already.
    case ended(End)
  }

  public enum End: Sendable, Equatable {
    /// SIGTERM, SIGHUP or SIGINT.
    case signal(CInt)
    /// The terminal is gone.
    case hangup
  }

  /// What the thread is asked to do.
  struct Inbox {
    var grid: Grid?
    var cursor: Position?
    var wantsNotice = false
    var clipboard: String?
    var wantsSuspension = false
    var wantsRedraw = false
    var wantsEnd = false
    var wakeIsPending = false
    var isOver = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  /// Whether other characters than ASCII can be shown.
  public let isUTF8: Bool
  public let hasColor: Bool
  /// Ends after `ended` or `close`.
  public let events: AsyncStream<Event>

  private let inbox: Lock<Inbox>
  private let pipe: SelfPipe

  private init(
    isUTF8: Bool, hasColor: Bool, events: AsyncStream<Event>, inbox: Lock<Inbox>, pipe: SelfPipe
  ) {
    self.isUTF8 = isUTF8
    self.hasColor = hasColor
    self.events = events
    self.inbox = inbox
    self.pipe = pipe
  }

  /// Takes the terminal over. One screen at a time.
  ///
  /// - Throws: `ScreenError` where it is no terminal or cannot be one; then it is as it was.
  public static func open(_ options: Options = Options()) async throws -> Screen {
    let pipe = try SelfPipe()
    let inbox = Lock(Inbox())
    let (events, output) = AsyncStream.makeStream(of: Event.self)
    let session: (isUTF8: Bool, hasColor: Bool) = try await withCheckedThrowingContinuation { started in
      startThread {
        do {
          let loop = try ScreenLoop(options, inbox: inbox, pipe: pipe, output: output)
          started.resume(returning: (loop.session.isUTF8, loop.session.hasColor))
          loop.run()
        } catch {
          started.resume(throwing: error)
        }
      }
    }
    return Screen(isUTF8: session.isUTF8, hasColor: session.hasColor, events: events, inbox: inbox, pipe: pipe)
  }

  /// Shows a grid as soon as the thread comes to it; one that is replaced before is never painted.
  ///
  /// - Parameter notice: whether to tell, by `painted`, when it is there.
  public func show(_ grid: Grid, cursor: Position? = nil, notice: Bool = false) {
    ask {
      $0.grid = grid
      $0.cursor = cursor
      if notice { $0.wantsNotice = true }
    }
  }

  /// Gives the terminal back and stops the program, as ^Z does; draws anew when it goes on.
  public func suspend() {
    ask { $0.wantsSuspension = true }
  }

  /// Copies a text to the clipboard of the person at the terminal, where the terminal lets it.
  public func copy(_ text: String) {
    ask { $0.clipboard = text }
  }

  /// Writes every cell anew, for a screen that something else wrote upon.
  public func redraw() {
    ask { $0.wantsRedraw = true }
  }

  /// Gives the terminal back, and returns once it is.
  public func close() async {
    ask { $0.wantsEnd = true }
    await withCheckedContinuation { waiter in
      let isOver = inbox.withLock { inbox in
        if !inbox.isOver { inbox.waiters.append(waiter) }
        return inbox.isOver
      }
      if isOver { waiter.resume() }
    }
  }

  /// Leaves a wish in the inbox; wakes the thread unless it is about to look there.
  private func ask(_ wish: (inout Inbox) -> Void) {
    let mustWake = inbox.withLock { inbox in
      wish(&inbox)
      defer { inbox.wakeIsPending = true }
      return !inbox.wakeIsPending
    }
    if mustWake { pipe.wake() }
  }
}

/// Starts a detached thread.
public func startThread(_ body: @escaping @Sendable () -> Void) {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  let created = pthread_create(
    &thread, nil,
    { pointer in
      if let pointer { Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue().body() }
      return nil
    }, Unmanaged.passRetained(Box(body)).toOpaque())
  if created == 0 { pthread_detach(thread) }
}
