import MirrorCore
import OCIRegistry
import Terminal

extension State {
  /// What stands for the row or group under the cursor, or for what the view is about.
  var copied: String? { subject.copied ?? list?.selectedGroup?.name }

  var copiedDigest: String? {
    mirrorsOfPlace.first?.status?.destinations.first?.sourceDigest?.description
  }

  mutating func copy(_ text: String?) -> [Effect] {
    guard let text else {
      say(.info, "there is nothing here to copy")
      return []
    }
    say(.info, "copied \(text), if the terminal allows it")
    return [.terminal(.copy(text))]
  }

  static let browseWords = ["source", "destination"]

  /// - Parameter side: whose page; nil for the first of source and destinations that has one.
  mutating func browse(_ side: String?) throws(CommandError) -> [Effect] {
    if let side, !Self.browseWords.contains(side) { throw CommandError("browse takes source or destination") }
    let destinations = mirrorsOfPlace.first?.status?.destinations ?? []
    let sources = [destinations.first?.source ?? subject.copied].compactMap(\.self)
    let wanted = side == "source" ? sources : destinations.map(\.reference)
    let candidates = side == nil ? sources + destinations.map(\.reference) : wanted
    guard let page = candidates.lazy.compactMap({ (try? ImageReference($0))?.page }).first else {
      say(.info, candidates.isEmpty ? "there is no image here" : "no web page is known for its registry")
      return []
    }
    return [.terminal(.copy(page)), .act(.browse(page))]
  }

  mutating func setTheme(_ name: String?) throws(CommandError) {
    guard let theme = Theme.all.first(where: { $0.name == name }) else {
      throw CommandError("unknown theme \(name ?? ""); themes: \(Theme.all.map(\.name).joined(separator: ", "))")
    }
    self.theme = theme
  }

  /// The wheel moves, a press chooses a row, a double press opens it.
  mutating func point(_ mouse: Mouse) -> [Effect] {
    switch mouse.kind {
    case .wheelUp: for _ in 0..<3 { move(.up) }
    case .wheelDown: for _ in 0..<3 { move(.down) }
    case .press, .double:
      guard let list else { return [] }
      let offset = mouse.position.row - layout.bodyTop - 1
      let height = layout.listHeight
      if case .beside(let column) = layout.pane, mouse.position.column >= column { return [] }
      guard (0..<height).contains(offset), list.top + offset < list.count else { return [] }
      self.list?.move(to: list.top + offset, height: height)
      if mouse.kind == .double { open() }
    }
    return []
  }
}
