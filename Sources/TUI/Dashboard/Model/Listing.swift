/// What can be asked of a list, and done to it, whatever its rows are.
protocol Listing: Sendable {
  /// Lines shown.
  var count: Int { get }
  /// Rows that the filter leaves.
  var shown: Int { get }
  /// All rows, shown or not.
  var total: Int { get }
  var position: Int { get }
  var top: Int { get }
  var markCount: Int { get }
  var filter: Filter { get }
  /// The fields that a filter may name.
  var fields: [String: FilterField] { get }
  /// Titles of the columns that one can sort by.
  var sortTitles: [String] { get }
  var sortText: String { get }
  /// The ways its rows can be grouped, and the one chosen.
  var groupingNames: [String] { get }
  var groupingName: String? { get }
  var selectedGroup: RowGroup? { get }
  var isWide: Bool { get set }
  /// Columns left out after the first, in a wide list.
  var shift: Int { get set }

  /// A line in words: each column's title with what stands there, marks first.
  func description(of position: Int, _ brush: inout Brush) -> String

  mutating func setFilter(_ new: Filter)
  mutating func sortByNextColumn()
  mutating func reverseSort()
  mutating func sort(by title: String, isDescending: Bool?) -> Bool
  mutating func group(by name: String?)
  mutating func toggleFold()
  mutating func toggleAllFolds()
  mutating func move(to position: Int, height: Int)
  mutating func scroll(height: Int)
  mutating func toggleMark()
  mutating func markRange()
  mutating func markAll()
  mutating func unmarkAll()
}

extension State {
  /// The list that the view shows; nil in views that are no lists.
  var list: (any Listing)? {
    get { self[place] }
    set { self[place] = newValue }
  }

  /// The list of a view.
  subscript(place: Place) -> (any Listing)? {
    get {
      switch place {
      case .mirrors: mirrors
      case .jobs: jobs
      case .history: history
      case .runs: runs
      case .registries: registries
      case .problems: problems
      case .mirror, .job, .record, .registry, .fault, .messages, .help: nil
      }
    }
    set {
      switch newValue {
      case let list as RowList<MirrorRow>: mirrors = list
      case let list as RowList<JobRow>: jobs = list
      case let list as RowList<HistoryRow>: history = list
      case let list as RowList<RunRow>: runs = list
      case let list as RowList<RegistryRow>: registries = list
      case let list as RowList<ProblemRow>: problems = list
      default: break
      }
    }
  }
}
