import Testing

@testable import Terminal

@Suite struct MouseTests {
  func decode(_ text: String) -> [Key] {
    KeyDecoderTests.keys(text)
  }

  func key(_ kind: Mouse.Kind, _ row: Int, _ column: Int) -> Key {
    .mouse(Mouse(kind: kind, position: Position(row: row, column: column)))
  }

  @Test("Presses and the wheel are read with their place; letting go and other buttons are nothing") func kinds() {
    #expect(decode("\u{1b}[<0;5;6M\u{1b}[<0;5;6mj") == [key(.press, 5, 4), "j"])
    #expect(decode("\u{1b}[<64;200;100M\u{1b}[<65;1;1M") == [key(.wheelUp, 99, 199), key(.wheelDown, 0, 0)])
    #expect(decode("\u{1b}[<2;5;6M\u{1b}[<35;5;6M") == [])
  }

  @Test("Two presses at one place are a double one, elsewhere they are two") func doubles() {
    func press(_ row: Int) -> String { "\u{1b}[<0;2;\(row + 1)M\u{1b}[<0;2;\(row + 1)m" }
    let keys = decode(press(3) + press(4) + press(4) + press(4))
    #expect(keys == [key(.press, 3, 1), key(.press, 4, 1), key(.double, 4, 1), key(.press, 4, 1)])
  }

  @Test(
    "Garbage is nothing, and no number overflows",
    arguments: [
      "<M", "<0;5M", "<;;M", "<0;5;6;7M", "<a;b;cM", "<99999999999999999999999;99999999999999999999999;1M", "<0;-5;2M",
    ])
  func garbage(text: String) {
    #expect(decode("\u{1b}[\(text)").allSatisfy { if case .mouse = $0 { false } else { true } })
  }
}
