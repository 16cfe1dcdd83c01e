/// Rows and columns of a screen or of a part of it.
public struct Size: Sendable, Hashable {
  public var rows: Int
  public var columns: Int

  public init(rows: Int, columns: Int) {
    self.rows = max(rows, 0)
    self.columns = max(columns, 0)
  }
}

/// A place on a screen, counted from 0 at the upper left.
public struct Position: Sendable, Hashable {
  public var row: Int
  public var column: Int

  public init(row: Int, column: Int) {
    self.row = row
    self.column = column
  }
}

/// A picture of a screen. Whatever is put outside of it is cut off.
public struct Grid: Sendable, Equatable {
  /// Where a text that does not fit is cut.
  public enum Cut: Sendable {
    case start
    case middle
    case end
  }

  public let size: Size
  /// Whether only ASCII may appear: whatever else is put shows as `?`.
  public let isASCII: Bool
  /// What stands where a text was cut, here or before it came here.
  let ellipsis: Unicode.Scalar
  private var cells: [Cell]

  /// - Parameter hasASCIISigns: whether signs of the program's own are ASCII all the same.
  public init(_ size: Size, isASCII: Bool = false, hasASCIISigns: Bool = false) {
    self.size = size
    self.isASCII = isASCII
    ellipsis = isASCII || hasASCIISigns ? "~" : Cell.ellipsis
    cells = Array(repeating: .blank(.plain), count: size.rows * size.columns)
  }

  public subscript(row: Int, column: Int) -> Cell {
    cells[row * size.columns + column]
  }

  func row(_ row: Int) -> ArraySlice<Cell> {
    cells[row * size.columns..<(row + 1) * size.columns]
  }

  /// Puts a text on one row, cleaned, cut with an ellipsis where it needs more than `width` columns.
  ///
  /// - Returns: the columns it took.
  @discardableResult
  public mutating func put(
    _ text: some StringProtocol, row: Int, column: Int, style: Style = .plain, width: Int = .max, cut: Cut = .end
  ) -> Int {
    guard row >= 0, row < size.rows, column >= 0, column < size.columns, width > 0 else { return 0 }
    let room = min(width, size.columns - column)
    let cells = fitted(text, to: room, style: style, cut: cut)
    var at = column
    for cell in cells {
      write(cell, row: row, column: at)
      at += Int(cell.width)
    }
    return at - column
  }

  /// Fills a rectangle with spaces.
  public mutating func fill(row: Int, column: Int, rows: Int = 1, columns: Int, style: Style) {
    let right = min(column + max(columns, 0), size.columns)
    for row in max(row, 0)..<max(min(row + rows, size.rows), max(row, 0)) {
      for column in max(column, 0)..<max(right, max(column, 0)) { write(.blank(style), row: row, column: column) }
    }
  }

  /// Changes how what stands on a row looks.
  public mutating func restyle(row: Int, column: Int = 0, columns: Int = .max, _ change: (Style) -> Style) {
    guard row >= 0, row < size.rows, column >= 0, column < size.columns else { return }
    for column in column..<(column + min(columns, size.columns - column)) {
      let index = row * size.columns + column
      cells[index] = cells[index].styled(change(cells[index].style))
    }
  }

  private func fitted(_ text: some StringProtocol, to room: Int, style: Style, cut: Cut) -> [Cell] {
    let whole = Cell.cells(
      of: text, style: style, isASCII: isASCII, ellipsis: ellipsis, limit: cut == .end ? room : 8192)
    if whole.reduce(0, { $0 + Int($1.width) }) <= room { return whole }
    let ellipsis = Cell(ellipsis, style: style)
    switch cut {
    case .end: return whole.prefix(columns: room - 1) + [ellipsis]
    case .start: return [ellipsis] + whole.suffix(columns: room - 1)
    case .middle:
      let left = (room - 1) / 2
      return whole.prefix(columns: left) + [ellipsis] + whole.suffix(columns: room - 1 - left)
    }
  }

  /// Writes a cell and, where it cuts a wide character in two, a space over the other half.
  private mutating func write(_ cell: Cell, row: Int, column: Int) {
    let start = row * size.columns
    let index = start + column
    if cells[index].width == 0, column > 0 { cells[index - 1] = .blank(cells[index - 1].style) }
    let end = column + max(Int(cell.width), 1) - 1
    if end + 1 < size.columns, cells[start + end + 1].width == 0 {
      cells[start + end + 1] = .blank(cells[start + end + 1].style)
    }
    cells[index] = cell
    if cell.width == 2 { cells[index + 1] = cell.rightHalf }
  }

  /// The characters, row by row without trailing spaces: what tests and screen dumps compare.
  public var text: String {
    (0..<size.rows).map { number in
      var line = row(number).map(\.text).joined()
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}

extension [Cell] {
  /// As many cells from the start as fit.
  fileprivate func prefix(columns: Int) -> [Cell] {
    var left = columns
    return Array(
      prefix {
        left -= Int($0.width)
        return left >= 0
      })
  }

  /// As many cells from the end as fit.
  fileprivate func suffix(columns: Int) -> [Cell] {
    reversed().prefix(columns: columns).reversed()
  }
}
