import Support

/// One place of a grid: a character with up to three combining marks, or the right half of a wide one.
public struct Cell: Sendable, Hashable {
  /// The character, then its marks; zeros after them. All zero in the right half of a wide character.
  private(set) var scalars: SIMD4<UInt32>
  public let style: Style
  /// Columns: 1, 2, or 0 for the right half of a wide character.
  public let width: UInt8

  init(_ scalar: Unicode.Scalar, width: Int = 1, style: Style) {
    scalars = SIMD4(scalar.value, 0, 0, 0)
    self.width = UInt8(width)
    self.style = style
  }

  private init(rightHalfOf cell: Cell) {
    scalars = .zero
    width = 0
    style = cell.style
  }

  static func blank(_ style: Style) -> Cell {
    Cell(" ", style: style)
  }

  /// What stands beside a wide cell.
  var rightHalf: Cell { Cell(rightHalfOf: self) }

  func styled(_ style: Style) -> Cell {
    var cell = Cell(" ", width: Int(width), style: style)
    cell.scalars = scalars
    return cell
  }

  /// Adds a combining mark; a fourth is dropped.
  mutating func combine(_ mark: Unicode.Scalar) {
    for index in 1..<4 where scalars[index] == 0 {
      scalars[index] = mark.value
      return
    }
  }

  /// The characters to show: nothing for the right half of a wide one.
  public var text: String {
    var view = String.UnicodeScalarView()
    for index in 0..<4 where scalars[index] != 0 {
      if let scalar = Unicode.Scalar(scalars[index]) { view.append(scalar) }
    }
    return String(view)
  }
}

extension Cell {
  static let ellipsis: Unicode.Scalar = "…"

  /// The cells of a text, wide ones without their right halves, made safe: control and bidirectional characters
  /// become `�`, tabs and line ends spaces.
  ///
  /// - Parameters:
  ///   - isASCII: other characters become `?`.
  ///   - ellipsis: what `…` becomes.
  ///   - limit: stop once the cells take more than so many columns.
  static func cells(
    of text: some StringProtocol, style: Style, isASCII: Bool = false, ellipsis: Unicode.Scalar = ellipsis,
    limit: Int = .max
  ) -> [Cell] {
    var cells: [Cell] = []
    var columns = 0
    for scalar in text.unicodeScalars {
      if columns > limit { break }
      if scalar.value >= 0x20 && scalar.value < 0x7f {
        cells.append(Cell(scalar, style: style))
        columns += 1
        continue
      }
      if scalar.isOmitted { continue }
      let shown: Unicode.Scalar =
        switch scalar {
        case "\t", "\n", "\r": " "
        case Self.ellipsis: ellipsis
        case _ where isASCII && scalar.columns > 0: "?"
        case _ where scalar.isUnsafeToShow: "\u{fffd}"
        default: scalar
        }
      let width = shown.columns
      if width > 0 {
        cells.append(Cell(shown, width: width, style: style))
        columns += width
      } else if !cells.isEmpty, !isASCII {
        cells[cells.count - 1].combine(shown)
      }
    }
    return cells
  }
}
