import Terminal

@testable import TUI

extension State {
  /// What in it can not be, whatever was pressed and whatever news came; nil where all is well.
  var flaw: String? {
    if let flaw = View.all.lazy.compactMap({ (self[$0] as? any Flawed)?.flaw }).first { return flaw }
    if trail.isEmpty || trail[0].view.tab == nil { return "it is nowhere: \(trail)" }
    if past.count > 100 { return "it remembers \(past.count) places" }
    if messages.count > Message.limit || commands.count > Self.mostCommands { return "it remembers too much" }
    let height = layout.bodyHeight
    if place.view.isText, scroll < 0 || scroll > max(text(width: size.columns).count - height, 0) {
      return "\(place) is scrolled to \(scroll)"
    }
    if let log, log.lines.count > LogBuffer.limit || log.top < 0 || log.top > max(log.count - 1, 0) {
      return "the log of \(log.count) rows is at \(log.top)"
    }
    return nil
  }
}

/// What says of itself what in it can not be.
protocol Flawed {
  var flaw: String? { get }
}

extension RowList: Flawed {
  var flaw: String? {
    let isSelectedRight = count == 0 ? position == 0 : selected != nil || selectedGroup != nil
    let all = Set(rows.map(\.id))
    guard
      Set(visible).count == visible.count, visible.allSatisfy(rows.indices.contains),
      (0..<max(count, 1)).contains(position), isSelectedRight, (0..<max(count, 1)).contains(top),
      groupingName == nil ? groups.isEmpty : isGroupedRight,
      marks.isSubset(of: all), filter.isEmpty || visible.allSatisfy({ filter.matches(rows[$0]) })
    else { return "of \(count) lines, \(visible.count) rows and \(markCount) marks the cursor is at \(position)" }
    return nil
  }
}

extension RowList {
  /// Each row that is shown is in one group, or stands alone.
  private var isGroupedRight: Bool {
    let inGroups = groups.flatMap(\.rows)
    let alone = Set((0..<count).compactMap { if case .row(let row)? = line($0) { row } else { nil } })
      .subtracting(inGroups)
    return (inGroups + alone).sorted() == visible.sorted()
  }
}

extension Frame {
  func flaw(of size: Size) -> String? {
    if grid.size != size { return "the picture is \(grid.size), the screen \(size)" }
    guard let cursor else { return nil }
    let isOnScreen = (0..<max(size.rows, 1)).contains(cursor.row) && (0..<max(size.columns, 1)).contains(cursor.column)
    return isOnScreen ? nil : "the cursor is at \(cursor)"
  }
}

extension Grid {
  /// Half a wide character, or one that a terminal would obey.
  var flaw: String? {
    for row in 0..<size.rows {
      for column in 0..<size.columns {
        let isRight = column > 0 && self[row, column - 1].width == 2
        if (self[row, column].width == 0) != isRight { return "half a character at \(row), \(column)" }
        if self[row, column].width == 2, column + 1 == size.columns { return "a wide character at the edge of \(row)" }
      }
    }
    let unsafe = text.unicodeScalars.first { scalar in
      switch scalar.value {
      case 0x0a: false
      case ..<0x20, 0x7f...0x9f, 0x200b...0x200f, 0x2028...0x202e, 0x2066...0x2069, 0x61c: true
      default: false
      }
    }
    return unsafe.map { "the character \($0.escaped(asASCII: true))" }
  }
}
