import Testing

@testable import OCIRegistry

@Suite struct HeaderTests {
  @Test(
    "A rate limit is a count, and a window where one is named",
    arguments: [
      ("100;w=21600", RateLimit(count: 100, window: .seconds(21600))), ("100", RateLimit(count: 100)),
      (" 76 ; w=21600 ", RateLimit(count: 76, window: .seconds(21600))),
      ("0;w=1", RateLimit(count: 0, window: .seconds(1))),
      ("10;w=1, 50;w=60", RateLimit(count: 10, window: .seconds(1))),
      ("10;burst=5;W=60", RateLimit(count: 10, window: .seconds(60))),
      ("10;w=-1", RateLimit(count: 10)), ("10;w=x", RateLimit(count: 10)), ("10;w=99999999999", RateLimit(count: 10)),
      ("-1", nil), ("x", nil), ("", nil), (";w=1", nil), ("1e3", nil), ("99999999999999999999", nil),
      ("9999999999999", nil),
    ])
  func rateLimit(header: String, limit: RateLimit?) {
    #expect(RateLimit(header) == limit)
  }

  @Test(
    "The next page is the link of that relation",
    arguments: [
      (#"</v2/a/tags/list?last=b&n=2>; rel="next""#, "/v2/a/tags/list?last=b&n=2"),
      ("<https://h/v2/a?x=1,2;3>; rel=next", "https://h/v2/a?x=1,2;3"),
      (#"<p>; rel="prev", <n>; title="t"; REL="start NEXT""#, "n"),
      (#"<p>; rel="prev""#, nil), (#"<n>; rel="nextish""#, nil), ("<n>", nil), ("", nil), ("<", nil), ("><", nil),
      ("rel=next", nil),
    ])
  func link(header: String, target: String?) {
    #expect(nextLink(header) == target)
  }

  @Test(
    "A token answer is read in all its forms, and refused where no token can be sent",
    arguments: [
      (#"{"token": "a"}"#, "a", 50.0), (#"{"access_token": "b", "expires_in": 300}"#, "b", 290),
      (#"{"token": "", "access_token": "c"}"#, "c", 50), (#"{"token": "d", "expires_in": 4}"#, "d", 2),
      (#"{"token": "e", "expires_in": -5}"#, "e", 0.5), (#"{"token": "f", "expires_in": 1e300}"#, "f", 86390),
      (#"{"token": "a\r\nX: y"}"#, nil, 0), (#"{"token": "a b"}"#, nil, 0), (#"{}"#, nil, 0), ("[]", nil, 0),
      ("", nil, 0), (#"{"token": 5}"#, nil, 0),
    ] as [(String, String?, Double)])
  func token(json: String, text: String?, seconds: Double) {
    let now = ContinuousClock.now
    let token = BearerToken(json: Array(json.utf8), asked: now)
    #expect(token?.text == text)
    if let token { #expect(token.expires == now + .seconds(seconds)) }
  }
}
