import Terminal
import Testing

@testable import TUI

@Suite struct KeyTableTests {
  @Test("No key does two things in one view", arguments: View.all) func unique(view: View) {
    let keys = KeyTable.standard.bindings(of: view, isReadOnly: false).flatMap(\.keys)
    let repeated = Dictionary(grouping: keys, by: \.self).filter { $0.value.count > 1 }.keys
    #expect(repeated.isEmpty, "\(view): \(repeated)")
  }

  @Test("Every operation is in the table, has a key or takes an argument, and a help that fits a line")
  func complete() {
    #expect(Set(KeyTable.standard.bindings.map(\.operation)) == Set(Operation.allCases).subtracting([.own]))
    for binding in KeyTable.standard.bindings {
      #expect(!binding.label.isEmpty)
      #expect(!binding.keys.isEmpty || binding.argument != .none)
      #expect(binding.help.count < 74, "\(binding.help)")
    }
  }

  @Test("Every binding is some view's, and a view's footer names only what the view has") func reached() {
    for binding in KeyTable.standard.bindings {
      #expect(View.all.contains { binding.isBound(in: $0) }, "\(binding.name) is in no view")
    }
    for view in View.all { #expect(view.hints.isSubset(of: view.operations), "\(view)") }
  }

  @Test("Views differ in name, and the numbers lead to them in the order of Tab") func views() {
    #expect(Set(View.all).count == View.all.count)
    var state = Sample.state()
    for (index, view) in View.tabs.enumerated() {
      #expect(state.place == Place(view))
      #expect(view.tab?.key == Character(String(index + 1)))
      state.type("\(index + 1)")
      #expect(state.place == Place(view))
      state.type("<Tab>")
    }
    #expect(state.place == Place(View.tabs[0]))
  }

  @Test("Whatever changes something is refused when read-only, in words", arguments: View.all)
  func readOnly(view: View) {
    for binding in KeyTable.standard.bindings where binding.mutates && binding.isBound(in: view) {
      for key in binding.keys {
        var state = Sample.state(isReadOnly: true)
        state.trail = [Sample.place(view)]
        #expect(state.reduce(.key(key)) == [])
        #expect(state.input == nil)
        #expect(state.said.contains("read-only"))
      }
      var state = Sample.state(isReadOnly: true)
      state.trail = [Sample.place(view)]
      #expect(state.type(":\(binding.name)<Enter>") == [])
      #expect(state.render().grid.text.contains("read-only"))
    }
  }

  @Test("The help of a view names all of its keys", arguments: View.all) func help(view: View) {
    var state = Sample.state(rows: 200)
    state.trail = [Sample.place(view), .help]
    let text = state.render().grid.text
    for binding in KeyTable.standard.bindings(of: view, isReadOnly: false) {
      #expect(text.contains(binding.help.prefix(50)))
      #expect(text.contains(binding.name))
    }
  }
}
