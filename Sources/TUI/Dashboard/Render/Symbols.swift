/// The characters beyond letters, for terminals that show UTF-8 and for those that do not.
struct Symbols: Sendable, Equatable {
  let isASCII: Bool
  let equal = "="
  let unequal: String
  let arrow: String
  let nothing: String
  let ellipsis: Character
  let separator: String
  let crumb: String
  let mark: String
  let rising: String
  let falling: String
  let line: String
  let side: String
  let folded: String
  let unfolded: String
  private let bars: [String]
  private let levels: [String]

  static let unicode = Symbols(
    isASCII: false, unequal: "≠", arrow: "→", nothing: "–", ellipsis: "…", separator: "·", crumb: "›", mark: "●",
    rising: "▲",
    falling: "▼", line: "─", side: "│", folded: "▸", unfolded: "▾",
    bars: ["░", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
    levels: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"])
  static let ascii = Symbols(
    isASCII: true, unequal: "!", arrow: ">", nothing: "-", ellipsis: "~", separator: "-", crumb: ">", mark: "*",
    rising: "^",
    falling: "v", line: "-", side: "|", folded: "+", unfolded: "-", bars: [".", "#"],
    levels: ["_", ".", "-", "=", "*", "#"])

  /// Numbers as a line of columns, the largest the highest; nothing at all is the lowest, and a space is not known.
  func sparkline(_ values: [Int?]) -> String {
    let largest = max(values.compactMap(\.self).max() ?? 0, 1)
    return values.map { value in
      guard let value else { return " " }
      let level = (Double(max(value, 0)) / Double(largest) * Double(levels.count - 1)).rounded(.up)
      return levels[Int(level)]
    }.joined()
  }

  /// A bar of `width` columns, as far full as `fraction` says.
  func bar(_ fraction: Double, width: Int) -> String {
    guard width > 0 else { return "" }
    let steps = bars.count - 1
    let filled = Int((min(max(fraction, 0), 1) * Double(width * steps)).rounded(.down))
    let (whole, part) = filled.quotientAndRemainder(dividingBy: steps)
    return (0..<width).map { $0 < whole ? bars[steps] : $0 == whole && part > 0 ? bars[part] : bars[0] }.joined()
  }
}
