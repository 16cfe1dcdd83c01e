import MirrorCore
import Terminal

extension State {
  /// Begins to type a filter, or takes one that a command gave.
  mutating func startFilter(_ text: String?) throws(CommandError) {
    guard let text else {
      input = .filter(TextField(currentFilter.text), before: currentFilter, error: nil)
      return
    }
    do {
      apply(try Filter(text, fields: fieldsOfPlace, now: now))
    } catch {
      throw CommandError(error.description)
    }
  }

  mutating func pressInFilter(_ key: Key, _ field: TextField, _ before: Filter) -> [Effect] {
    var field = field
    switch key {
    case .escape:
      input = nil
      apply(before)
      return []
    case .enter:
      if case .filter(_, _, let error?) = input {
        say(.warning, error)
        return []
      }
      input = nil
      filters = filters.remembering(field.text)
      return []
    case .control("P"), .control("N"):
      // Earlier filters, and back to an empty one.
      let index = filters.lastIndex(of: field.text) ?? filters.count
      let next = index + (key == .control("P") ? -1 : 1)
      guard next >= 0 else { return [] }
      field = TextField(next < filters.count ? filters[next] : "")
    case .up, .down, .pageUp, .pageDown:
      let moves: [Key: Operation] = [.up: .up, .down: .down, .pageUp: .pageUp, .pageDown: .pageDown]
      if let operation = moves[key] { move(operation) }
      return []
    case .backspace where field.text.isEmpty:
      input = nil
      return []
    default:
      guard field.handle(key) else { return [] }
    }
    do {
      let fields = fieldsOfPlace
      apply(try Filter(field.text, fields: fields, now: now))
      input = .filter(field, before: before, error: nil)
    } catch {
      // The words before it go on choosing until the last one says something again.
      let words = field.text.split(separator: " ").dropLast().joined(separator: " ")
      if let rest = try? Filter(words, fields: fieldsOfPlace, now: now) { apply(rest) }
      input = .filter(field, before: before, error: error.description)
    }
    return []
  }

  /// - Returns: whether there was one.
  mutating func clearFilter() -> Bool {
    guard !currentFilter.text.isEmpty else { return false }
    apply(.none)
    return true
  }

  var currentFilter: Filter { list?.filter ?? .none }

  private var fieldsOfPlace: [String: FilterField] { list?.fields ?? [:] }

  private mutating func apply(_ filter: Filter) {
    list?.setFilter(filter)
    scrollLists()
  }

  /// Ages go on: what a filter by age shows now.
  mutating func refreshTimedFilters() {
    for view in View.all {
      guard var list = self[view], list.filter.isTimed else { continue }
      if let filter = try? Filter(list.filter.text, fields: list.fields, now: now) { list.setFilter(filter) }
      self[view] = list
    }
  }
}
