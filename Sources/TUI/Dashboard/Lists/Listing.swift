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
  /// Whether a person chose no other way.
  var isGroupedAsAtFirst: Bool { get }
  var selectedGroup: RowGroup? { get }
  /// What the row under the cursor is about; nil on the head of a group, and where nothing is shown.
  var subject: Subject? { get }
  /// What an action is about: the marked rows that are shown, else the one under the cursor, or its whole group.
  var subjects: [Subject] { get }
  /// What there is to say of the row under the cursor; nil where there is none.
  var summary: RowSummary? { get }
  /// The keys that sort, with the titles of the columns they sort by.
  var sortKeys: [(key: Character, title: String)] { get }
  /// Whether news leave the cursor on its row, rather than at its line.
  var staysWithRow: Bool { get set }
  var isWide: Bool { get set }
  /// Columns left out after the first, in a wide list.
  var shift: Int { get set }

  /// A line in words: each column's title with what stands there, marks first.
  func description(of position: Int, _ brush: inout Brush) -> String

  mutating func setFilter(_ new: Filter)
  mutating func sortByNextColumn()
  mutating func reverseSort()
  mutating func sort(by title: String, isDescending: Bool?) -> Bool
  /// Sorts by the column of this key; false where there is none.
  mutating func sort(by key: Character) -> Bool
  mutating func group(by name: String?)
  mutating func toggleFold()
  mutating func toggleAllFolds()
  /// Goes to the first line.
  mutating func showTop()
  mutating func move(to position: Int, height: Int)
  mutating func scroll(height: Int)
  mutating func toggleMark()
  mutating func markRange()
  mutating func markAll()
  mutating func unmarkAll()
}
