import Terminal

/// Which lines of the screen are for what. What matters least goes first where there are few.
struct Layout: Sendable, Equatable {
  static let least = Size(rows: 5, columns: 20)

  let size: Size
  /// Counts by state.
  let counts: Int?
  /// What keeps what is stored from being read.
  let failure: Int?
  let failureHeight: Int
  /// The views, and where one is.
  let crumbs: Int?
  /// What the view has above its rows.
  let head: Int?
  let bodyTop: Int
  let bodyHeight: Int
  /// All there is to know about that row instead, where there is room.
  let pane: Pane?
  /// A line below the list, and what the row under the cursor is about: two lines, of which messages take the second.
  let rule: Int?
  let summary: Int?
  /// Messages, and the filter while it is typed.
  let message: Int
  /// Keys.
  let footer: Int?

  /// - Parameters:
  ///   - failureHeight: lines that a failure takes; 0 without one.
  ///   - headHeight: lines that the view has above its rows.
  ///   - hasRows: whether the view is a list.
  ///   - isAsking: whether something stands before it that needs the room more than a row's summary.
  ///   - wish: where a pane is to stand beside it.
  init(size: Size, failureHeight: Int, headHeight: Int, hasRows: Bool, isAsking: Bool, pane wish: Pane.Wish) {
    self.size = size
    var next = 1
    func lines(_ count: Int) -> Int? {
      guard count > 0 else { return nil }
      defer { next += count }
      return next
    }
    let hasFailure = failureHeight > 0
    self.failureHeight = failureHeight
    counts = lines(size.rows >= (hasFailure ? 14 : 9) ? 1 : 0)
    failure = lines(failureHeight)
    crumbs = lines(size.rows >= (hasFailure ? 10 : 7) ? 1 : 0)
    head = lines(size.rows >= (hasFailure ? 16 : 10) ? headHeight : 0)
    bodyTop = next
    footer = size.rows >= 10 ? size.rows - 1 : nil
    message = size.rows - (footer == nil ? 1 : 2)
    // Some rows of a list say more than everything about one of them.
    let room = message - bodyTop
    pane = hasRows ? Pane(wish, size: size, lines: bodyTop..<max(message, bodyTop)) : nil
    let hasSummary = hasRows && !isAsking && pane == nil
    summary = hasSummary && room >= 9 ? message - 1 : nil
    rule = hasSummary && room >= 14 ? message - 2 : nil
    let end = if case .below(let row, _) = pane { row } else { rule ?? summary ?? message }
    bodyHeight = max(end - bodyTop, 0)
  }

  var isTooSmall: Bool { size.rows < Self.least.rows || size.columns < Self.least.columns }

  /// Rows of a list below its column titles.
  var listHeight: Int { max(bodyHeight - 1, 1) }
}

extension State {
  var layout: Layout { Layout(self, pane: paneWish) }

  /// Whether a form or a question stands before the view: it needs the room more.
  var isAsking: Bool {
    switch input {
    case .form, .confirmation: true
    case .filter, .command, nil: false
    }
  }
}

extension Layout {
  init(_ state: State, pane wish: Pane.Wish) {
    let view = state.place.view
    self.init(
      size: state.size, failureHeight: state.failureHeight, headHeight: view.head?.height ?? 0,
      hasRows: view.list != nil, isAsking: state.isAsking, pane: wish)
  }
}
