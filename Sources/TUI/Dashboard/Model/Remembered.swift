/// What the dashboard keeps of how an installation was looked at, for the next time.
struct Remembered: Sendable, Equatable, Codable {
  /// The view one was in, and how the lists are sorted: names as commands take them.
  var view: String?
  var sorts: [String: String] = [:]
  var wide: [String] = []
  var grouping: String?
  var pane: String?
  var filters: [String] = []
  var commands: [String] = []
}

extension State {
  var remembered: Remembered {
    var memory = Remembered(
      view: trail.first?.view.id, grouping: mirrors.groupingName,
      pane: paneWish == .room ? nil : paneWish.rawValue, filters: filters, commands: commands)
    for view in View.tabs {
      guard let list = self[view] else { continue }
      memory.sorts[view.id] = list.sortText
      if list.isWide { memory.wide.append(view.id) }
    }
    return memory
  }

  /// Takes up where one left. What no longer makes sense is passed over.
  mutating func restore(_ memory: Remembered) {
    commands = memory.commands.suffix(Self.mostCommands)
    filters = memory.filters.suffix(Self.mostCommands)
    for view in View.tabs {
      if view.id == memory.view { trail = [Place(view)] }
      guard var list = self[view] else { continue }
      list.isWide = memory.wide.contains(view.id)
      let words = (memory.sorts[view.id] ?? "").split(separator: " ")
      if let way = words.last, words.count > 1 {
        _ = list.sort(by: words.dropLast().joined(separator: " "), isDescending: way == "down")
      }
      self[view] = list
    }
    if let wish = memory.pane.flatMap(Pane.Wish.init) { paneWish = wish }
    if let grouping = memory.grouping, mirrors.groupingNames.contains(grouping) { mirrors.group(by: grouping) }
  }
}
