import Terminal
import Testing

@testable import TUI

@Suite struct KeyTableTests {
  @Test("No key does two things in one view", arguments: ViewKind.allCases) func unique(view: ViewKind) {
    let keys = KeyTable.standard.bindings(of: view, isReadOnly: false).flatMap(\.keys)
    let repeated = Dictionary(grouping: keys, by: \.self).filter { $0.value.count > 1 }.keys
    #expect(repeated.isEmpty, "\(view): \(repeated)")
  }

  @Test("Every operation is in the table, has a key or takes an argument, and a help that fits a line")
  func complete() {
    #expect(Set(KeyTable.standard.bindings.map(\.operation)) == Set(Operation.allCases))
    for binding in KeyTable.standard.bindings {
      #expect(!binding.label.isEmpty)
      #expect(!binding.keys.isEmpty || binding.argument != .none)
      #expect(binding.help.count < 74, "\(binding.help)")
    }
  }

  @Test("Whatever changes something is refused when read-only, in words", arguments: ViewKind.allCases)
  func readOnly(view: ViewKind) {
    for binding in KeyTable.standard.bindings where binding.mutates && binding.views.contains(view.set) {
      for key in binding.keys {
        var state = Sample.state(isReadOnly: true)
        state.trail = [Self.place(view)]
        #expect(state.reduce(.key(key)) == [])
        #expect(state.input == nil)
        #expect(state.said.contains("read-only"))
      }
      var state = Sample.state(isReadOnly: true)
      state.trail = [Self.place(view)]
      #expect(state.type(":\(binding.operation.rawValue)<Enter>") == [])
      #expect(state.render().grid.text.contains("read-only"))
    }
  }

  static func place(_ view: ViewKind) -> Place {
    switch view {
    case .mirrors: .mirrors
    case .mirror: .mirror("docker.io/library/nginx:1.27")
    case .jobs: .jobs
    case .job: .job("job-2")
    case .history: .history
    case .record: .record("job job-1")
    case .runs: .runs
    case .registries: .registries
    case .registry: .registry("docker.io")
    case .problems: .problems
    case .fault: .fault("timer the-timer")
    case .messages: .messages
    case .help: .help
    }
  }

  @Test("The help of a view names all of its keys", arguments: ViewKind.allCases) func help(view: ViewKind) {
    var state = Sample.state(rows: 200)
    state.trail = [Self.place(view), .help]
    let text = state.render().grid.text
    for binding in KeyTable.standard.bindings(of: view, isReadOnly: false) {
      #expect(text.contains(binding.help.prefix(50)))
      #expect(text.contains(binding.operation.rawValue))
    }
  }
}
