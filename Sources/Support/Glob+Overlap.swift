extension Glob {
  /// States of the search that are looked at before it is given up: some milliseconds of work.
  private static let mostStates = 500
  /// What a tag may be made of: https://github.com/opencontainers/distribution-spec, "Pulling manifests".
  private static let characters = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-")

  /// Whether some tag is matched by one pattern of each group, and by none of the excluded.
  ///
  /// - Returns: nil where that takes too long to tell.
  public static func overlap(_ groups: [[Glob]], excluding: [Glob] = []) -> Bool? {
    let all = groups.flatMap(\.self) + excluding
    let alphabet = representatives(all)
    let start = all.map(\.start)
    var known: Set<[[Bool]]> = [start]
    var waiting = [start]
    while let places = waiting.popLast() {
      if isFound(places, all, groups) { return true }
      for character in alphabet {
        let next = zip(all, places).map { glob, places in glob.step(places, character) }
        guard known.insert(next).inserted else { continue }
        if known.count > mostStates { return nil }
        waiting.append(next)
      }
    }
    return false
  }

  private static func isFound(_ places: [[Bool]], _ all: [Glob], _ groups: [[Glob]]) -> Bool {
    var matched = zip(all, places).map { glob, places in places[glob.pieces.count] }[...]
    for group in groups {
      guard matched.prefix(group.count).contains(true) else { return false }
      matched = matched.dropFirst(group.count)
    }
    return !matched.contains(true)
  }

  /// One of all the characters that no piece tells apart.
  private static func representatives(_ globs: [Glob]) -> [Character] {
    var elements: [Element] = []
    for element in globs.flatMap(\.pieces).map(\.element) where !elements.contains(element) { elements.append(element) }
    var seen: Set<[Bool]> = []
    return characters.filter { character in seen.insert(elements.map { $0.accepts(character) }).inserted }
  }
}
