import CNcurses

/// Brings grids onto the ncurses screen. Lives on the screen's thread.
struct Painter {
  private let hasColor: Bool
  private let isUTF8: Bool
  private var pairs: [UInt16: CInt] = [:]
  private var painted: Grid?

  init(hasColor: Bool, isUTF8: Bool) {
    self.hasColor = hasColor
    self.isUTF8 = isUTF8
  }

  /// Forgets what is on the screen, so that all of it is written anew.
  mutating func forget() {
    painted = nil
  }

  /// Writes the rows that differ from the last grid's, then one update of the terminal.
  mutating func paint(_ grid: Grid, cursor: Position?) {
    if CrashReset.hasFired { return }
    let window = shim_stdscr()
    let rows = min(grid.size.rows, Int(getmaxy(window)))
    let columns = min(grid.size.columns, Int(getmaxx(window)))
    if painted?.size != grid.size {
      painted = nil
      werase(window)
    }
    for row in 0..<rows where painted.map({ $0.row(row) != grid.row(row) }) ?? true {
      var cells = grid.row(row).prefix(columns).filter { $0.width > 0 }.map { picture($0) }
      mvwadd_wchnstr(window, CInt(row), 0, &cells, CInt(cells.count))
    }
    painted = grid
    if let cursor, cursor.row < rows, cursor.column < columns {
      wmove(window, CInt(cursor.row), CInt(cursor.column))
      curs_set(1)
    } else {
      curs_set(0)
    }
    wnoutrefresh(window)
    doupdate()
  }

  private mutating func picture(_ cell: Cell) -> cchar_t {
    var attributes: attr_t = 0
    if cell.style.attributes.contains(.bold) { attributes |= shim_bold() }
    if cell.style.attributes.contains(.dim) { attributes |= shim_dim() }
    if cell.style.attributes.contains(.underline) { attributes |= shim_underline() }
    if cell.style.attributes.contains(.reverse) { attributes |= shim_reverse() }
    let pair = pair(cell.style)
    if hasColor, shim_colors() < 16, cell.style.foreground.rawValue > 8 { attributes |= shim_bold() }
    var text = (0..<4).map { wchar_t(bitPattern: cell.scalars[$0]) }
    if !isUTF8, cell.scalars[0] >= 0x80 { text = [0x3f, 0, 0, 0] }
    text.append(0)
    var picture = cchar_t()
    shim_cell(&picture, text, attributes, pair)
    return picture
  }

  /// The colour pair of a style, made when first met; 0 where there are no colours or no pairs left.
  private mutating func pair(_ style: Style) -> CInt {
    guard hasColor, style.foreground != .default || style.background != .default else { return 0 }
    let limit = Int8(clamping: shim_colors() - 1)
    let foreground = style.foreground.rawValue > limit ? style.foreground.rawValue - 8 : style.foreground.rawValue
    let background = style.background.rawValue > limit ? style.background.rawValue - 8 : style.background.rawValue
    let key = UInt16(UInt8(bitPattern: foreground)) << 8 | UInt16(UInt8(bitPattern: background))
    if let known = pairs[key] { return known }
    let number = CInt(pairs.count + 1)
    guard init_pair(CShort(number), CShort(foreground), CShort(background)) != ERR else { return 0 }
    pairs[key] = number
    return number
  }
}
