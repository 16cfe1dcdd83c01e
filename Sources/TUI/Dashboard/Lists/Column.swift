import OCIRegistry
import Terminal

/// One column of a list: how wide, what it shows of a row, how rows are sorted by it.
struct Column<Row>: Sendable {
  let title: String
  /// Columns on the screen, least and most.
  let widths: ClosedRange<Int>
  /// Where there is no room for all, the lowest goes first.
  let priority: Int
  let cut: Grid.Cut
  let isRight: Bool
  /// Whether it is never narrower than its widest cell.
  let isFitted: Bool
  /// How wide a row's cell would like to be; nil for a column that always takes what it can get.
  let measure: (@Sendable (Row) -> Int)?
  /// What rows are sorted by; nil where sorting makes no sense.
  let order: (@Sendable (Row) -> SortKey)?
  /// Whether it goes where no row has anything for it.
  let isOptional: Bool
  /// Whether it is there only where all columns are shown in full.
  let isSpare: Bool
  /// Whether sorting by it starts with the largest.
  let startsDescending: Bool
  /// Sorts by it, and once more the other way round: a letter of its title.
  let key: Character?
  /// What stands beside its title, in so many columns.
  let aside: (@Sendable (Int, Symbols) -> String)?
  let cell: @Sendable (Row, Int, inout Brush) -> Span

  init(
    _ title: String, _ widths: ClosedRange<Int>, priority: Int, key: Character? = nil, cut: Grid.Cut = .end,
    isRight: Bool = false, isFitted: Bool = false, isOptional: Bool = false, isSpare: Bool = false,
    startsDescending: Bool = false, aside: (@Sendable (Int, Symbols) -> String)? = nil,
    measure: (@Sendable (Row) -> Int)? = nil,
    order: (@Sendable (Row) -> SortKey)? = nil, cell: @escaping @Sendable (Row, Int, inout Brush) -> Span
  ) {
    self.title = title
    self.widths = widths
    self.priority = priority
    self.key = key
    self.isSpare = isSpare
    self.aside = aside
    self.cut = cut
    self.isRight = isRight
    self.isFitted = isFitted
    self.isOptional = isOptional
    self.startsDescending = startsDescending
    self.measure = measure
    self.order = order
    self.cell = cell
  }
}

extension Column {
  /// A column of image references, which lose what says least and never their tags.
  static func references(
    _ title: String, _ widths: ClosedRange<Int>, priority: Int, key: Character? = nil,
    _ text: @escaping @Sendable (Row) -> String
  ) -> Column {
    Column(
      title, widths, priority: priority, key: key, cut: .middle, measure: { text($0).utf8.count },
      order: { .text(text($0)) },
      cell: { row, width, brush in
        Span(ShortReference.make(text(row), width: width, ellipsis: brush.symbols.ellipsis))
      })
  }
}

/// What a list is sorted by.
enum SortKey: Sendable, Comparable {
  case number(Double)
  case text(String)
}

/// Which columns a width has room for, and where they stand.
struct ColumnLayout: Sendable, Equatable {
  struct Slot: Sendable, Equatable {
    let column: Int
    let x: Int
    let width: Int
  }

  static let gap = 2

  let slots: [Slot]

  /// Every column in full, the first always, then those after the `skipped` ones; the last may pass the edge.
  static func wide<Row>(_ columns: [Column<Row>], widest: [Int], skipped: Int, x: Int, width: Int) -> ColumnLayout {
    var at = x
    var slots: [Slot] = []
    for index in [0] + columns.indices.dropFirst(1 + skipped) where at < x + width {
      let least = columns[index].isOptional ? columns[index].widths.lowerBound : 0
      let wish = columns[index].measure == nil ? columns[index].widths.upperBound : max(widest[index], least)
      let wanted = max(wish, columns[index].title.columns + 1)
      // The first leaves room for another.
      let most = index == 0 ? max(width * 2 / 3, 4) : x + width - at
      let size = min(wanted, most, x + width - at)
      slots.append(Slot(column: index, x: at, width: size))
      at += size + gap
    }
    return ColumnLayout(slots: slots)
  }

  private init(slots: [Slot]) {
    self.slots = slots
  }

  /// - Parameter widest: what each column would like, where that is known.
  init<Row>(_ columns: [Column<Row>], widest: [Int], x: Int, width: Int) {
    var chosen = columns.indices.filter { !columns[$0].isSpare && (!columns[$0].isOptional || widest[$0] > 0) }
    func wish(_ index: Int) -> Int {
      guard columns[index].measure != nil else { return columns[index].widths.upperBound }
      let wanted = max(widest[index], columns[index].title.columns + 2)
      return min(wanted, columns[index].widths.upperBound)
    }
    func least(_ index: Int) -> Int {
      columns[index].isFitted ? wish(index) : min(columns[index].widths.lowerBound, wish(index))
    }
    func needed() -> Int { chosen.map(least).reduce(0, +) + Self.gap * max(chosen.count - 1, 0) }
    // Two columns stay even on the narrowest screen, the first of them with less than its least.
    while needed() > width, chosen.count > 2,
      let lowest = chosen.min(by: { columns[$0].priority < columns[$1].priority })
    {
      chosen.removeAll { $0 == lowest }
    }
    var widths = Dictionary(uniqueKeysWithValues: chosen.map { ($0, min(least($0), width)) })
    var spare = width - needed()
    if spare < 0, let first = chosen.first {
      widths[first] = max(least(first) + spare, 4)
      spare = 0
    }
    // What matters most is shown in full before the rest gets more than its least.
    for isFirst in [true, false] {
      let tier = chosen.filter { columns[$0].priority >= 70 || !isFirst }
      while spare > 0 {
        let hungry = tier.filter { widths[$0, default: 0] < wish($0) }
        if hungry.isEmpty { break }
        for index in hungry where spare > 0 {
          let share = min(max(spare / hungry.count, 1), wish(index) - widths[index, default: 0], spare)
          widths[index, default: 0] += share
          spare -= share
        }
      }
    }
    var at = x
    slots = chosen.map { index in
      defer { at += widths[index, default: 0] + Self.gap }
      return Slot(column: index, x: at, width: widths[index, default: 0])
    }
  }
}
