import FoundationEssentials
import MirrorCore
import Testing

@testable import TUI
@testable import Terminal

@Suite struct TypeAheadTests {
  private let start = ContinuousClock.now

  private func press(
    _ state: inout State, _ key: Key, _ time: Duration, isBurst: Bool = false
  ) -> [Effect] {
    state.reduce(.key(key, Arrival(at: start + time, isBurst: isBurst)))
  }

  @Test("A question takes no key that was typed before it was shown, nor any without a pause since") func typedAhead() {
    var state = Sample.state()
    #expect(press(&state, "D", .zero) == [])
    // Long after the question arose, but nobody has seen it.
    #expect(press(&state, "y", .seconds(3)) == [])
    #expect(state.awaitsShowing)
    _ = state.reduce(.shown(start + .seconds(4)))
    #expect(press(&state, "y", .milliseconds(4099)) == [])
    // The pause begins anew with each of them.
    #expect(press(&state, "y", .milliseconds(4190)) == [])
    #expect(press(&state, .enter, .milliseconds(4280)) == [])
    #expect(press(&state, "y", .milliseconds(4380)) == [.act(.remove(["docker.io/library/alpine:3.20"]))])
  }

  @Test("One can leave a question at any time") func leaving() {
    var state = Sample.state()
    _ = press(&state, "D", .zero)
    #expect(press(&state, .control("C"), .milliseconds(1)) == [.program(.quit)])
  }

  @Test("What was typed ahead is no part of a yes that has to be typed; what was pasted is text") func typed() {
    var state = Sample.state()
    _ = state.type("*")
    _ = press(&state, "D", .zero)
    for character in "delete 12" { _ = press(&state, .character(character), .milliseconds(1)) }
    _ = press(&state, .enter, .milliseconds(2))
    _ = state.reduce(.shown(start + .milliseconds(50)))
    #expect(press(&state, .paste("delete 12\r"), .seconds(1)) == [])
    guard case .confirmation(let question) = state.input else { return #expect(Bool(false), "nothing is asked") }
    #expect(question.isTypedRight)
    #expect(press(&state, .enter, .milliseconds(1001), isBurst: true) == [])
    #expect(state.said.contains("arrived in a burst"))
    #expect(press(&state, .enter, .seconds(2)).count == 1)
  }

  @Test("In a burst no yes is taken") func burstOfYes() {
    for key in [Key.character("y"), .character("Y")] {
      var state = Sample.state()
      _ = press(&state, "D", .zero)
      _ = state.reduce(.shown(start))
      #expect(press(&state, key, .seconds(1), isBurst: true) == [])
      #expect(press(&state, key, .seconds(2)).count == 1)
    }
    var state = Sample.state()
    _ = press(&state, "D", .zero)
    _ = state.reduce(.shown(start))
    _ = press(&state, .right, .seconds(1), isBurst: true)
    #expect(press(&state, .enter, .seconds(1), isBurst: true) == [])
    #expect(press(&state, .enter, .seconds(2)).count == 1)
  }

  @Test("What changes anything is not done in a burst, by key or by command; the same key by itself is obeyed")
  func bursts() {
    for view in View.all {
      for binding in KeyTable.standard.bindings(of: view, isReadOnly: false) where binding.needsFingers {
        for key in binding.keys {
          var state = Sample.state()
          state.trail = [Sample.place(view)]
          let effects = press(&state, key, .zero, isBurst: true)
          #expect(effects == [] && state.input == nil, "\(key) in \(view)")
          #expect(state.said.contains("arrived in a burst"), "\(key) in \(view)")
        }
      }
    }
    var state = Sample.state()
    for character in ":delete" { _ = press(&state, .character(character), .zero, isBurst: true) }
    #expect(press(&state, .enter, .zero, isBurst: true) == [])
    guard case .command(let entry) = state.input else { return #expect(Bool(false), "the command line is gone") }
    #expect(entry.error?.contains("arrived in a burst") == true)
    #expect(press(&state, .enter, .seconds(1)) == [])
    #expect(state.awaitsShowing)
  }

  @Test("What follows a refused key in its burst is not obeyed either, and keys by themselves are") func restOfBurst() {
    var state = Sample.state()
    for key in "*Ddelete 12" { _ = press(&state, .character(key), .zero, isBurst: true) }
    #expect(press(&state, .enter, .zero, isBurst: true) == [])
    // Neither did `d` and `e` open a form for the rest.
    #expect(state.input == nil && state.place == .mirrors)
    #expect(state.said.contains("D arrived in a burst"))
    #expect(press(&state, .control("C"), .zero, isBurst: true) == [.program(.quit)])
    _ = press(&state, "j", .seconds(1))
    #expect(state.mirrors.position == 1)
  }

  @Test("A form is not saved by a burst, and moving about goes on in one") func others() {
    var state = Sample.state()
    _ = press(&state, "a", .zero, isBurst: true)
    for character in "quay.io/x/y:1\tz.io/y" {
      _ = press(&state, character == "\t" ? .tab : .character(character), .zero, isBurst: true)
    }
    #expect(press(&state, .enter, .zero, isBurst: true) == [])
    #expect(press(&state, .enter, .seconds(1)).count == 1)
    state = Sample.state()
    for _ in 0..<3 { _ = press(&state, "j", .zero, isBurst: true) }
    #expect(state.mirrors.position == 3)
  }

  @Test("Floods of sequences and of the keys in them change nothing, whatever is on the screen") func floods() {
    let pieces = [
      "*Ddelete 12\r", "xx", "*x", "mm", "M\ry", "Dy", "D\r", "K\ry", ":delete\ry", ":run\rrun 1\r", "RyT\r",
      "\u{1b}]0;*Ddelete 12\r\u{7}", "\u{1b}P>|XTerm(390)\u{1b}\\", "\u{1b}[MDDD", "\u{1b}[3;5~D",
      "\u{1b}[200~Dy\r\u{1b}[201~",
      "aquay.io/x/y:1\tz.io/y\r", "e z.io/q:1\r", "2Ky3456", "/red\r", "\u{1b}", "q1", "dd\r", "jjkk", "G g",
      "\u{1b}[3~y", "lo\r",
      "\u{10}", ":save-log\r",
    ]
    var random = RandomTests.Generator(state: 10)
    var decoder = KeyDecoder()
    var bursts = Bursts()
    var state = Sample.state()
    var time = Duration.zero
    for step in 0..<4000 {
      let read = (0..<Int.random(in: 2...6, using: &random)).compactMap { _ in pieces.randomElement(using: &random) }
      // Some pause often enough for questions to be read.
      time += .milliseconds(Int.random(in: 0...400, using: &random))
      var keys = decoder.expire(at: time)
      let before = decoder.inputs
      keys += decoder.feed(Array(read.joined().utf8), at: time)
      let inputs = decoder.inputs - before + (decoder.isPending ? 1 : 0)
      let isBurst = bursts.isBurst(inputs: inputs, at: time)
      for key in keys {
        for effect in state.reduce(.key(key, Arrival(at: start + time, isBurst: isBurst))) {
          #expect(Self.isHarmless(effect), "step \(step): \(effect) after \(read)")
        }
      }
      if state.awaitsShowing { _ = state.reduce(.shown(start + time)) }
      if step.isMultiple(of: 20) { _ = state.type("<Esc><Esc><Esc><Esc>1") }
      _ = state.render()
    }
  }

  private static func isHarmless(_ effect: Effect) -> Bool {
    switch effect {
    case .program, .terminal, .reload, .act(.stopSweeps), .act(.inspect): true
    case .act: false
    }
  }
}
