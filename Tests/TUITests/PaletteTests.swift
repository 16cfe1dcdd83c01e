import MirrorCore
import Testing

@testable import Commands
@testable import TUI

struct PaletteTests {
  @Test("Commands and the dashboard tell the same severities apart", arguments: Severity.allCases)
  func together(severity: Severity) {
    let palette = Palette(isOn: true)
    for other in Severity.allCases where other != severity {
      #expect(severity.role != other.role)
      #expect(palette.paint("word", severity) != palette.paint("word", other))
    }
    #expect(Palette(isOn: false).paint("word", severity) == "word")
  }
}
