import Support
import Testing

@testable import LocalBackend

/// How many copies go at once, with a registry made of a formula in the place of a line.
struct CopyWindowTests {
  /// Runs full rounds: as many copies as may go at once begin together, and end when the registry is through with them.
  private func run(_ window: inout CopyWindow, rounds: Int, from start: Duration = .zero, time: (Int) -> Double)
    -> [Int]
  {
    var now = start
    return (0..<rounds).map { _ in
      let (size, began) = (window.size, now)
      window.noteWaiting()
      now += .seconds(time(size))
      for _ in 0..<size { window.note(.good(bytes: 0), began: began, now: now) }
      return window.size
    }
  }

  @Test("On a long line, where more is always quicker, it doubles from 8 up to the ceiling")
  func grows() {
    var window = CopyWindow(ceiling: 32, now: .zero)
    #expect(window.size == 8)
    #expect(run(&window, rounds: 4) { _ in 1 } == [16, 32, 32, 32])
  }

  @Test("A ceiling below the first size counts from the start", arguments: [1, 3])
  func lowCeiling(ceiling: Int) {
    var window = CopyWindow(ceiling: ceiling, now: .zero)
    #expect(window.size == ceiling)
    #expect(run(&window, rounds: 3) { _ in 1 }.allSatisfy { $0 == ceiling })
  }

  @Test("A registry that gets no more through with more copies is not given many more")
  func saturated() {
    var window = CopyWindow(ceiling: 64, now: .zero)
    // 8 at once use all of it.
    let sizes = run(&window, rounds: 40) { Double($0) / 8 }
    #expect(sizes.first == 16, "it is tried once")
    #expect(sizes.dropFirst().allSatisfy { $0 <= 9 }, "and now and then one more")
  }

  @Test("A registry that gets less through with more copies is given what it did best with")
  func overloaded() {
    var window = CopyWindow(ceiling: 64, now: .zero)
    let sizes = run(&window, rounds: 3) { $0 > 8 ? Double($0) : 1 }
    #expect(sizes == [16, 8, 8])
  }

  @Test("Rounds in which nobody waited tell nothing")
  func idle() {
    var window = CopyWindow(ceiling: 32, now: .zero)
    for number in 0..<100 { window.note(.good(bytes: 0), began: .zero, now: .seconds(number)) }
    #expect(window.size == 8)
  }

  @Test("Throttling halves it once for those under way together, again for those begun after, and never below one")
  func throttled() {
    var window = CopyWindow(ceiling: 32, now: .zero)
    for _ in 0..<8 { window.note(.throttled, began: .zero, now: .seconds(1)) }
    #expect(window.size == 4)
    for second in 2..<8 { window.note(.throttled, began: .seconds(second), now: .seconds(second)) }
    #expect(window.size == 1)
  }

  @Test("After it was throttled it grows again, by ones")
  func recovers() {
    var window = CopyWindow(ceiling: 32, now: .zero)
    window.note(.throttled, began: .zero, now: .zero)
    #expect(run(&window, rounds: 3) { _ in 1 } == [5, 6, 7])
  }

  @Test("Single failures are their images' fault, but where most of a round fails it is the registry's")
  func failures() {
    var window = CopyWindow(ceiling: 32, now: .zero)
    for _ in 0..<4 { window.note(.failed, began: .zero, now: .zero) }
    #expect(window.size == 8)
    window.note(.failed, began: .zero, now: .zero)
    #expect(window.size == 4)
  }

  @Test("Bytes count as well: a few large images are no slower registry than many small ones")
  func bytes() {
    var window = CopyWindow(ceiling: 32, now: .zero)
    _ = run(&window, rounds: 1) { _ in 1 }
    window.noteWaiting()
    for _ in 0..<16 { window.note(.good(bytes: 100 << 20), began: .seconds(1), now: .seconds(30)) }
    #expect(window.size == 32)
  }
}
