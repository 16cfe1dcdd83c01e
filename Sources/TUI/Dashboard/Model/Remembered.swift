/// What the dashboard keeps of how an installation was looked at, for the next time.
struct Remembered: Sendable, Equatable, Codable {
  /// The view one was in, and how the lists are sorted: names as commands take them.
  var view: String?
  var sorts: [String: String] = [:]
  var wide: [String] = []
  var grouping: String?
  var filters: [String] = []
  var commands: [String] = []
}

extension State {
  var remembered: Remembered {
    var memory = Remembered(
      view: trail.first?.view.title.lowercased(), grouping: mirrors.groupingName, filters: filters, commands: commands)
    for place in Place.tabs {
      guard let list = self[place] else { continue }
      memory.sorts[place.view.title.lowercased()] = list.sortText
      if list.isWide { memory.wide.append(place.view.title.lowercased()) }
    }
    return memory
  }

  /// Takes up where one left. What no longer makes sense is passed over.
  mutating func take(_ memory: Remembered) {
    commands = memory.commands.suffix(Self.mostCommands)
    filters = memory.filters.suffix(Self.mostCommands)
    for place in Place.tabs {
      let name = place.view.title.lowercased()
      if name == memory.view { trail = [place] }
      guard var list = self[place] else { continue }
      list.isWide = memory.wide.contains(name)
      let words = (memory.sorts[name] ?? "").split(separator: " ")
      if let way = words.last, words.count > 1 {
        _ = list.sort(by: words.dropLast().joined(separator: " "), isDescending: way == "down")
      }
      self[place] = list
    }
    if let grouping = memory.grouping, mirrors.groupingNames.contains(grouping) { mirrors.group(by: grouping) }
  }
}
