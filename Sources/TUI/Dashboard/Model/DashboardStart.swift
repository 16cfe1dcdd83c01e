import FoundationEssentials
import MirrorCore
import Support
import Terminal

/// Where the dashboard begins, by the command line: instead of where one was last.
struct DashboardStart: Sendable, Equatable {
  let view: View
  let filter: Filter?

  /// - Parameters:
  ///   - view: a view's name, or its beginning where only one begins so; the mirrors for nil.
  ///   - filter: of its list.
  /// - Throws: `MirrorError` saying which views there are, or what is wrong with the filter.
  init(view name: String?, filter text: String?, now: Date) throws(MirrorError) {
    let name = name ?? View.mirrors.id
    let known = View.tabs.filter { $0.id.hasPrefix(name.lowercased()) }
    guard let view = known.first(where: { $0.id == name.lowercased() }) ?? (known.count == 1 ? known[0] : nil) else {
      let names = View.tabs.map(\.id).joined(separator: ", ")
      throw MirrorError(.invalid, "unknown view '\(name.cleaned.shortened(to: 60))'; views: \(names)")
    }
    self.view = view
    guard let text else {
      filter = nil
      return
    }
    let blank = State(
      context: State.Context(installed: State.Installed(name: ""), isReadOnly: true, isASCII: false),
      size: Size(rows: 24, columns: 80), now: now)
    guard let fields = blank[view]?.fields else {
      throw MirrorError(.invalid, "the view \(view.id) has no filter: it is not a list")
    }
    do {
      filter = try Filter(text, fields: fields, now: now)
    } catch {
      throw MirrorError(.invalid, "--filter: \(error.description)")
    }
  }
}

extension State {
  /// Goes where the command line says, once something is open.
  mutating func begin() {
    guard let start else { return }
    self.start = nil
    trail = [Place(start.view)]
    if let filter = start.filter { self[start.view]?.setFilter(filter) }
    scrollLists()
  }
}
