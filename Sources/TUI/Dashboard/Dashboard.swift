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
  var start: DashboardStart?
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
    var context = State.Context(
      installed: State.Installed(name: choice.title(Locations(environment: environment))),
      isReadOnly: options.readOnly, isASCII: isASCII, hasASCIIBorders: options.settings.hasASCIIBorders,
      others: options.stacks.keys.sorted() + [InstallationChoice.local])
    context.isSpoken = options.isLinear
    var state = State(
      context: context, keys: options.settings.keys, size: Size(rows: 24, columns: 80), now: .now)
    state.theme = options.settings.theme
    state.start = options.start
    let open = Found.opener(environment, readOnly: options.readOnly)
    let failure = await DashboardLoop(choice, face, state, options, environment: environment, open: open).run()
    await face.close()
    if let failure { throw failure }
  }

  private static func openScreen(_ options: DashboardOptions) async throws -> Screen {
    var screenOptions = Screen.Options(color: options.color)
    screenOptions.mouse = options.settings.mouse
    return try await Screen.open(screenOptions)
  }
}
