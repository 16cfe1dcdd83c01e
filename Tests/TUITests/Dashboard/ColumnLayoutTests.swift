import Terminal
import Testing

@testable import TUI

@Suite struct ColumnLayoutTests {
  @Test(
    "Columns never overlap, never pass the edge, and the important ones stay",
    arguments: [8, 20, 30, 38, 50, 64, 78, 79, 90, 100, 118, 150, 198, 260])
  func fits(width: Int) {
    for widest in [
      [31, 66, 14, 27, 0, 0, 8, 40], [200, 200, 14, 27, 0, 0, 8, 500], [3, 3, 7, 0, 0, 0, 0, 0],
    ] {
      let layout = ColumnLayout(MirrorRow.columns, widest: widest, x: 2, width: width)
      var end = 2
      for slot in layout.slots {
        #expect(slot.x >= end)
        #expect(slot.width > 0)
        end = slot.x + slot.width
      }
      if width >= 20 { #expect(end <= 2 + width, "width \(width)") }
      let titles = layout.slots.map { MirrorRow.columns[$0.column].title }
      #expect(titles.contains("SOURCE") && titles.contains("STATE"))
      if width >= 78 {
        #expect(titles.contains("SINCE"))
        // Names come before all that is no name.
        let source = layout.slots.first { MirrorRow.columns[$0.column].title == "SOURCE" }
        #expect((source?.width ?? 0) >= min(widest[0], 46))
      }
      let isFull = titles.count == MirrorRow.columns.count - (widest[7] == 0 ? 3 : 0)
      if width >= 198 { #expect(isFull) }
    }
  }

  @Test(
    "A bar is as wide as it is told, whatever the fraction",
    arguments: [(0.0, "░░░░"), (0.5, "██░░"), (1, "████"), (2, "████"), (-1, "░░░░"), (0.3, "█▏░░")])
  func bars(fraction: Double, text: String) {
    #expect(Symbols.unicode.bar(fraction, width: 4) == text)
    #expect(Symbols.ascii.bar(fraction, width: 4).count == 4)
    #expect(Symbols.unicode.bar(fraction, width: 0) == "")
  }
}
