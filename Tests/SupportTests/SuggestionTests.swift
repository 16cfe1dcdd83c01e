import Support
import Testing

struct SuggestionTests {
  @Test(
    "A mistyped word finds the one that was meant, and a strange one none",
    arguments: [
      ("statsu", "status"), ("chekc", "check"), ("mirorr", "mirror"), ("ad", "add"), ("logss", "logs"),
      ("frobnicate", nil), ("x", nil), ("", nil), ("status", "status"),
    ] as [(String, String?)])
  func nearest(word: String, meant: String?) {
    #expect(word.nearest(in: ["add", "check", "logs", "mirror", "status"]) == meant)
  }
}
