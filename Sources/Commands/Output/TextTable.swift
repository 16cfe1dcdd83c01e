import OCIRegistry
import Support
import Terminal

/// Columns of text lined up under their headings, which fit a terminal where there is one.
struct TextTable {
  struct Column {
    enum Kind {
      /// What is never cut.
      case word
      /// What goes where there is no room, the first such column first.
      case spare
      /// An image's name: what says least of it goes, never the tag.
      case reference
      /// A sentence, in lines below its row where there is no room beside it.
      case note
    }

    let heading: String
    let kind: Kind

    static func word(_ heading: String) -> Column { Column(heading: heading, kind: .word) }
    static func spare(_ heading: String) -> Column { Column(heading: heading, kind: .spare) }
    static func reference(_ heading: String) -> Column { Column(heading: heading, kind: .reference) }
    static func note(_ heading: String) -> Column { Column(heading: heading, kind: .note) }
  }

  /// What is shown of the columns, and in how many columns of the terminal.
  private struct Layout {
    var shown: [Int]
    var widths: [Int]
    var hasNotesBelow = false

    var width: Int { shown.reduce(2 * max(shown.count - 1, 0)) { $0 + widths[$1] } }
  }

  private let columns: [Column]
  private var rows: [[String]] = []
  private var paints: [(@Sendable (String) -> String)?] = []

  /// Of references, before spare columns give them their room: in the first real names that differ look different, and
  /// with several there is no more of it on 80 columns.
  private static let comfortable = (alone: 44, each: 30)

  init(_ columns: Column...) {
    self.columns = columns
  }

  /// - Parameter paint: colours the cell of the column `painted` after it was lined up.
  mutating func add(_ cells: String..., paint: (@Sendable (String) -> String)? = nil) {
    rows.append(cells.map(\.cleaned))
    paints.append(paint)
  }

  var isEmpty: Bool { rows.isEmpty }

  /// Whether all of it fits as it is.
  func fits(_ width: Int) -> Bool { whole.width <= width }

  /// - Parameters:
  ///   - width: columns to have; nil for all in full.
  ///   - painted: the column that the rows' paints are for, which is never left out.
  ///   - ellipsis: what stands where something was left out of a name.
  func lines(width: Int?, painted: Int? = nil, ellipsis: Character = "…") -> [String] {
    let layout = layout(width)
    func line(_ cells: [String], _ paint: ((String) -> String)?) -> String {
      var line = ""
      for column in layout.shown {
        let room = layout.widths[column]
        let isWhole = columns[column].kind != .reference || cells[column].columns <= room
        let cell = isWhole ? cells[column] : ShortReference.make(cells[column], width: room, ellipsis: ellipsis)
        let gap = column == layout.shown.last ? 0 : max(room - cell.columns, 0) + 2
        let padded = cell + String(repeating: " ", count: gap)
        line += column == painted ? paint?(padded) ?? padded : padded
      }
      return line
    }
    var lines = [line(columns.map(\.heading), nil)]
    for (cells, paint) in zip(rows, paints) {
      lines.append(line(cells, paint))
      guard layout.hasNotesBelow, let width else { continue }
      for (column, cell) in zip(columns, cells) where column.kind == .note && !cell.isEmpty {
        lines += cell.wrapped(to: max(width - 4, 20)).map { "    \($0)" }
      }
    }
    return lines
  }

  private var whole: Layout {
    var widths = columns.map(\.heading.columns)
    for row in rows {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.columns) }
    }
    return Layout(shown: Array(columns.indices), widths: widths)
  }

  private func layout(_ width: Int?) -> Layout {
    var layout = whole
    guard let width else { return layout }
    let widths = layout.widths
    // What says nothing of any row.
    func remove(_ kinds: [Column.Kind], where isNothing: (String) -> Bool) {
      layout.shown.removeAll { column in
        kinds.contains(columns[column].kind) && rows.allSatisfy { column < $0.count && isNothing($0[column]) }
      }
    }
    remove([.reference]) { $0.isEmpty }
    guard layout.width > width else { return layout }
    remove([.note, .spare]) { ["", "-"].contains($0) }
    let references = layout.shown.filter { columns[$0].kind == .reference }
    let comfortable = references.count == 1 ? Self.comfortable.alone : Self.comfortable.each
    for column in references { layout.widths[column] = min(widths[column], comfortable) }
    for kind in [Column.Kind.note, .spare] {
      for column in columns.indices where columns[column].kind == kind && layout.width > width {
        layout.shown.removeAll { $0 == column }
        if kind == .note { layout.hasNotesBelow = true }
      }
    }
    // What is left is for the names, the shorter ones in full first.
    for column in references { layout.widths[column] = widths[column] }
    while layout.width > width, let widest = references.max(by: { layout.widths[$0] < layout.widths[$1] }),
      layout.widths[widest] > 1
    {
      layout.widths[widest] -= 1
    }
    return layout
  }
}
