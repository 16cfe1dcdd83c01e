import Support
import Testing

struct BytesTests {
  @Test(
    "Words are found where they stand, and nowhere else",
    arguments: [
      ("", false), ("a", false), ("ab", true), ("xab", true), ("aab", true), ("abx", true), ("aaxb", false),
      ("a\u{301}b", false), ("äab", true),
    ])
  func found(text: String, isThere: Bool) {
    #expect(text.hasBytes(of: "ab") == isThere)
    #expect("-\(text)-".dropFirst().dropLast().hasBytes(of: "ab") == isThere)
    #expect(text.hasBytes(of: ""))
  }
}
