import Testing

@testable import TUI

@Suite struct BrowserTests {
  @Test("The browser is the one that is named, else the desktop's, else none") func choice() {
    #expect(
      Browser(["PATH": "/usr/bin:/bin", "BROWSER": "no-such-browser:env -u X %s"])?.command == [
        "/usr/bin/env", "-u", "X",
      ])
    #expect(Browser(["PATH": "/usr/bin", "BROWSER": "no-such-browser"]) == nil)
    #expect(Browser(["PATH": "/nowhere", "DISPLAY": ":0"]) == nil)
  }
}
