import HTTP
import Testing

@Suite struct HTTPURLTests {
  @Test(
    "A URL is taken apart as the engine reads it",
    arguments: [
      ("https://Host.example/a?b=c#d", "https", "host.example", nil, "/a?b=c", "host.example"),
      ("HTTP://host:8080", "http", "host", 8080, "/", "host:8080"),
      ("http://[::1]:5000/v2/", "http", "::1", 5000, "/v2/", "[::1]:5000"),
    ] as [(String, String, String, Int?, String, String)])
  func parts(text: String, scheme: String, host: String, port: Int?, path: String, authority: String) throws {
    let url = try #require(HTTPURL(text))
    #expect(url.scheme == scheme)
    #expect(url.host == host)
    #expect(url.port == port)
    #expect(url.pathAndQuery == path)
    #expect(url.authority == authority)
  }

  @Test(arguments: [
    "", "host", "/path", "ftp://host/", "http://", "http://a@h/", "http://a b/", "http://h:99999/", "é",
    "https://a%ffb/", "https://%c3%a9.example/",
  ])
  func whatIsNoAbsoluteWebAddressIsNone(text: String) {
    #expect(HTTPURL(text) == nil)
  }
}
