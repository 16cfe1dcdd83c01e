import FoundationEssentials
import MirrorCore
import OCIRegistry
import Terminal

/// Everything the dashboard knows and shows. Changed by `reduce` alone.
struct State: Sendable {
  /// The installation that is on the screen.
  struct Installed: Sendable, Equatable {
    /// Which it is, for a person: a folder, or a stack with its account and region.
    var name: String
    /// Whether the configuration asks for more care here.
    var isProduction = false
    /// Why nothing of it can be changed, if so.
    var readOnly: String?
  }

  /// What does not change while an installation is on the screen.
  struct Context: Sendable, Equatable {
    var installed: Installed
    /// Whether it was asked for that nothing is changed.
    private let isToLook: Bool
    var isASCII: Bool
    /// Whether borders and signs are ASCII all the same.
    var hasASCIIBorders = false
    /// Whether rows are spoken of one by one, rather than shown: the one that was heard last is meant.
    var isSpoken = false
    /// Other installations that one can go to, by the names for it.
    var others: [String] = []

    init(
      installed: Installed, isReadOnly: Bool, isASCII: Bool, hasASCIIBorders: Bool = false, others: [String] = []
    ) {
      (self.installed, self.isASCII, self.hasASCIIBorders) = (installed, isASCII, hasASCIIBorders)
      (self.isToLook, self.others) = (isReadOnly, others)
    }

    var isReadOnly: Bool { isToLook || installed.readOnly != nil }
    var name: String { installed.name }
    var isProduction: Bool { installed.isProduction }
  }

  /// What takes the keys before the view does.
  enum Input: Sendable, Equatable {
    case filter(TextField, before: Filter, error: String?)
    case command(CommandEntry)
    case form(MirrorForm)
    case confirmation(Confirmation)
  }

  var context: Context
  /// The installation that will take the screen, as it was asked for; nil for the one that was meant at first.
  var opening: String?
  var openings = Openings()
  let keys: KeyTable
  /// Where to begin, until something is open.
  var start: DashboardStart?
  var theme = Theme.terminal
  var size: Size
  var now: Date

  var mirrors = RowList(
    columns: MirrorRow.columns, fields: MirrorRow.fields, groupings: MirrorRow.groupings,
    sort: RowList.Sort(column: 2, isDescending: true))
  var jobs = RowList(
    columns: JobRow.columns, fields: JobRow.fields, sort: RowList.Sort(column: 0, isDescending: true))
  var history = RowList(
    columns: HistoryRow.columns, fields: HistoryRow.fields, sort: RowList.Sort(column: 0, isDescending: true))
  var runs = RowList(columns: RunRow.columns, fields: RunRow.fields, sort: RowList.Sort(column: 0, isDescending: true))
  var registries = RowList(columns: RegistryRow.columns, fields: RegistryRow.fields)
  var problems = RowList(
    columns: ProblemRow.columns, fields: ProblemRow.fields, groupings: [ProblemRow.byCause],
    sort: RowList.Sort(column: 0, isDescending: true), groupedBy: ProblemRow.byCause.name)
  /// How many things there are to mend, whatever is filtered.
  var problemCauses = 0
  var activity = RowList(
    columns: ActivityRow.columns, fields: ActivityRow.fields, sort: RowList.Sort(column: 0, isDescending: true))
  var lastSweep: Date?
  /// When what is stored was last known to be as shown; nil before the first load.
  var fresh: Date?
  /// How often it is looked at.
  var pace = Duration.seconds(3)
  /// Why it could not be read, since when, and when it will be tried again.
  var failure: (what: Failure, since: Date, retry: Date)?
  var historyError: String?
  var overview = Overview()
  var jobCounts: [JobState: Int] = [:]
  /// The jobs under way together; nil where none is.
  var batch: JobBatch?
  /// What this dashboard saw of registries, and as whom.
  var registryStatus: [RegistryStatus] = []
  var signIns: [String: SignIn] = [:]
  /// Nil before it was first looked at.
  var automation: AutomationStatus?

  /// The view one is in is the last; those before are where one came from.
  var trail: [Place] = [.mirrors]
  /// Where one was before, the last place last; and where one jumped back from.
  var past: [[Place]] = []
  var future: [[Place]] = []
  var input: Input?
  /// Whether a key of the last burst was refused.
  var refusesBurst = false
  /// Where all about the selected row is to stand beside its list, and whether it is that which is drawn.
  var paneWish = Pane.Wish.room
  var isPreviewing = false
  /// Whether news put another row under the cursor just now.
  var slip: Slip?
  /// Keys that were taken, ever.
  var presses = 0
  /// Commands that were typed, oldest first.
  var commands: [String] = []
  /// Filters that were kept, oldest first.
  var filters: [String] = []
  /// What the views that are text, not lists, leave out at the top.
  var scroll = 0
  var messages: [Message] = []
  /// Whether the newest message still stands in its line.
  var showsMessage = false
  var sweeps: [Sweep] = []
  var sweepsBegun = 0
  /// Plans that were asked for, ever.
  var plansBegun = 0
  /// Changes of rows that were made here and can be taken back, the last one last.
  var edits: [RowsEdit] = []
  /// Changes of rows that are being written.
  var changesUnderWay = 0
  /// What a person's own commands said, the last ones.
  var outputs: [CommandOutput] = []
  var ownRuns = 0

  /// The history of the mirror whose detail is shown.
  var mirrorHistory: (mirror: String, rows: [HistoryRow])?
  /// What was read of images, by reference.
  var images: [String: ImageLook] = [:]
  /// The same of what changed in them, by source and destination.
  var differences: [String: DifferenceLook] = [:]
  var log: LogBuffer?
  var logFillsScreen = false
  /// The attempt whose log is shown; nil for the newest.
  var chosenAttempt: Int?
  /// Of a job of several images, the sources of those whose lines are shown; empty for all.
  var chosenImages: Set<String> = []

  init(context: Context, keys: KeyTable = .standard, size: Size, now: Date) {
    self.context = context
    self.keys = keys
    self.size = size
    self.now = now
    mirrors.setColumns { MirrorRow.columns(where: nil, below: $0) }
    if context.isSpoken { for view in View.all { self[view]?.staysWithRow = true } }
  }

  var place: Place { trail.last ?? .mirrors }

  func mirror(_ id: String) -> MirrorRow? { mirrors.rows.first { $0.id == id } }
  func job(_ id: String) -> Job? { jobs.rows.first { $0.id == id }?.job }

  /// What has to be read for what is on the screen.
  var watch: Watch { place.view.watch(self, place.id) }
}
