import Terminal

/// Which lines of the screen are for what. What matters least goes first where there are few.
struct Layout: Sendable, Equatable {
  static let least = Size(rows: 5, columns: 20)

  let size: Size
  /// Counts by state.
  let counts: Int?
  /// Why what is stored cannot be read.
  let failure: Int?
  /// The views, and where one is.
  let crumbs: Int?
  let bodyTop: Int
  let bodyHeight: Int
  /// Messages, and the filter while it is typed.
  let message: Int
  /// Keys.
  let footer: Int?

  init(size: Size, hasFailure: Bool) {
    self.size = size
    var next = 1
    func line(_ isShown: Bool) -> Int? {
      guard isShown else { return nil }
      defer { next += 1 }
      return next
    }
    counts = line(size.rows >= 9)
    failure = line(hasFailure)
    crumbs = line(size.rows >= 7)
    bodyTop = next
    footer = size.rows >= 10 ? size.rows - 1 : nil
    message = size.rows - (footer == nil ? 1 : 2)
    bodyHeight = max(message - bodyTop, 0)
  }

  var isTooSmall: Bool { size.rows < Self.least.rows || size.columns < Self.least.columns }

  /// Rows of a list below its column titles.
  var listHeight: Int { max(bodyHeight - 1, 1) }
}

extension State {
  var layout: Layout { Layout(size: size, hasFailure: failure != nil) }
}
