import Testing

@testable import OCIRegistry

@Suite struct AuthChallengeTests {
  typealias Case = (String, [AuthChallenge])

  @Test(
    "Challenges are read as they occur in the wild",
    arguments: [
      (
        #"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull""#,
        [
          AuthChallenge(
            scheme: "bearer",
            parameters: [
              "realm": "https://auth.docker.io/token", "service": "registry.docker.io", "scope": "repository:a/b:pull",
            ])
        ]
      ),
      (
        #"Basic realm="x", Bearer realm="y", service="z""#,
        [
          AuthChallenge(scheme: "basic", parameters: ["realm": "x"]),
          AuthChallenge(scheme: "bearer", parameters: ["realm": "y", "service": "z"]),
        ]
      ),
      (
        #"BEARER Realm = "a\"b\\c,d" , scope="p q""#,
        [
          AuthChallenge(scheme: "bearer", parameters: ["realm": #"a"b\c,d"#, "scope": "p q"])
        ]
      ),
      (
        "Bearer realm=https://h/t?x=1,service=s",
        [
          AuthChallenge(scheme: "bearer", parameters: ["realm": "https://h/t?x=1", "service": "s"])
        ]
      ),
      ("Negotiate, Basic", [AuthChallenge(scheme: "negotiate"), AuthChallenge(scheme: "basic")]),
      (
        "Negotiate dG9rZW4=, Basic realm=x",
        [
          AuthChallenge(scheme: "negotiate", parameters: ["dg9rzw4": ""]),
          AuthChallenge(scheme: "basic", parameters: ["realm": "x"]),
        ]
      ),
      (#"Bearer realm="unclosed"#, [AuthChallenge(scheme: "bearer", parameters: ["realm": "unclosed"])]),
      (#"Bearer realm="a",realm="b""#, [AuthChallenge(scheme: "bearer", parameters: ["realm": "a"])]),
      (#",,  Bearer ,,realm="a",,"#, [AuthChallenge(scheme: "bearer", parameters: ["realm": "a"])]),
      ("", []), ("\"", []), ("=", []), ("=x", [AuthChallenge(scheme: "x")]),
    ] as [Case])
  func parses(header: String, challenges: [AuthChallenge]) {
    #expect(AuthChallenge.parse(header) == challenges)
  }

  @Test func noMutationOfAHeaderCrashesTheParsers() {
    var generator = SeededGenerator(seed: 11)
    let seeds = [
      #"Basic realm="x", Bearer realm="https://h/t",service="a\"b",scope="repository:a:pull,push""#,
      "100;w=21600", #"</v2/a/tags/list?n=1&last=b>; rel="next", <x>; rel=prev"#,
    ].map { Array($0.utf8) }
    let odd = Array("\"\\,;=<> \t\0rel=next;w=99999999999999999999\u{e9}".utf8)
    for _ in 0..<5000 {
      var bytes = seeds.randomElement(using: &generator) ?? []
      for _ in 0..<Int.random(in: 1...6, using: &generator) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0...2, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
        case 1: bytes.insert(odd.randomElement(using: &generator) ?? 0, at: place)
        default: bytes.removeSubrange(place..<Int.random(in: place...bytes.count, using: &generator))
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      for challenge in AuthChallenge.parse(text) { #expect(!challenge.scheme.isEmpty) }
      if let limit = RateLimit(text) { #expect(limit.count >= 0) }
      if let link = nextLink(text) { #expect(link.utf8.count <= text.utf8.count) }
    }
  }
}
