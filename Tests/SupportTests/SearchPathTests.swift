import Testing

@testable import Support

struct SearchPathTests {
  @Test(
    "The first folder with an executable file of the name counts",
    arguments: [
      ("/nonexistent:/bin", "sh", "/bin/sh"), ("/bin:/usr/bin", "sh", "/bin/sh"), ("", "sh", nil), (":", "sh", nil),
      ("/etc", "passwd", nil), ("/", "etc", nil), ("/bin", "no-such-program", nil),
    ] as [(String, String, String?)])
  func find(path: String, name: String, expected: String?) {
    #expect(SearchPath(path).find(name) == expected)
  }
}
