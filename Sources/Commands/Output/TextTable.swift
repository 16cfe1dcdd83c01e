import Support

/// Columns of text lined up under their headings.
struct TextTable {
  private let headings: [String]
  private var rows: [[String]] = []
  private var paints: [(@Sendable (String) -> String)?] = []

  init(_ headings: String...) {
    self.headings = headings
  }

  /// - Parameter paint: colours the cell of the column `painted` after it was lined up.
  mutating func add(_ cells: String..., paint: (@Sendable (String) -> String)? = nil) {
    rows.append(cells.map(\.cleaned))
    paints.append(paint)
  }

  var isEmpty: Bool { rows.isEmpty }

  /// - Parameter painted: the column that the rows' paints are for.
  func lines(painted: Int? = nil) -> [String] {
    var widths = headings.map(\.count)
    for row in rows {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.count) }
    }
    func line(_ cells: [String], paint: ((String) -> String)?) -> String {
      var line = ""
      for (column, cell) in cells.enumerated() {
        let isLast = column == cells.count - 1
        let padded = isLast ? cell : cell + String(repeating: " ", count: widths[column] - cell.count + 2)
        line += column == painted ? paint?(padded) ?? padded : padded
      }
      return line
    }
    return [line(headings, paint: nil)] + zip(rows, paints).map { line($0, paint: $1) }
  }
}
