import ArgumentParser

/// Of commands that print a table.
struct WideOption: ParsableArguments {
  @Flag(help: "All columns and names in full, whatever the terminal's width, as in a pipe.")
  var wide = false

  func print(_ table: TextTable, painted: Int? = nil) {
    let lines = table.lines(
      width: Console.tableWidth(isWide: wide), painted: painted, ellipsis: Console.ellipsis)
    for line in lines { Console.print(line) }
  }
}
