extension String {
  /// The text in lines of at most `width` columns, broken at spaces where there are some.
  public func wrapped(to width: Int) -> [String] {
    if columns <= width { return [self] }
    var lines: [String] = []
    var line: [Character] = []
    var used = 0
    for character in self {
      let size = String(character).columns
      if used + size > width {
        let space = line.lastIndex(of: " ").map { $0 + 1 } ?? line.count
        lines.append(String(line[..<space]))
        line.removeFirst(space)
        used = String(line).columns
      }
      line.append(character)
      used += size
    }
    return lines + [String(line)]
  }
}
