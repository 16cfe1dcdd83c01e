import Testing

@testable import Support

@Suite struct SecretMaskTests {
  static let digest = "sha256:" + String(repeating: "0a1b2c3d", count: 8)

  @Test(
    "Secrets go, and what stands around them stays",
    arguments: [
      // User information.
      ("u:SECRET@host/x", "***@host/x"),
      ("\"u:SECRET@host/x\" is not an image reference", "\"***@host/x\" is not an image reference"),
      ("(u:SECRET@host/x)", "(***@host/x)"), ("docker://u:SECRET@host/x:1", "docker://***@host/x:1"),
      ("u:SE/CR:ET@host/x", "***@host/x"), ("https://u:SECRET@host:443/v2/", "https://***@host:443/v2/"),
      ("https://SECRET@host/v2/", "https://***@host/v2/"), ("https://u:SE@CR@host/", "https://***@host/"),
      ("https://u:SE/CRET@host/", "https://***@host/"), ("u:SECRET@host/x@\(digest)", "***@host/x@\(digest)"),
      ("proxy=http://u:SECRET@proxy:3128", "proxy=http://***@proxy:3128"),
      ("a://b://u:SECRET@host/", "a://b://***@host/"),
      // Queries.
      (
        "Get \"https://b.s3.amazonaws.com/blob?X-Amz-Credential=AKIA%2F1&X-Amz-Signature=SECRET\": dial tcp",
        "Get \"https://b.s3.amazonaws.com/blob?X-Amz-Credential=***&X-Amz-Signature=***\": dial tcp"
      ),
      (
        "msg=\"Get \\\"https://h/b?sig=SECRET\\\": EOF\"", "msg=\"Get \\\"https://h/b?sig=***\\\": EOF\""
      ),
      ("(https://h/x?SECRET).", "(https://h/x?***)."),
      ("https://h/#access_token=SECRET", "https://h/#access_token=***"),
      ("/v2/x?a=SECRET&b=", "/v2/x?a=***&b="), ("https://h/?next=https://u:SECRET@h2/", "https://h/?next=***"),
      ("X-Amz-Signature=SECRET&X-Amz-Date=20261128", "X-Amz-Signature=***&X-Amz-Date=20261128"),
      // Names and values.
      ("password=SECRET", "password=***"), ("user=a password=\"SEC RET\" x", "user=a password=\"***\" x"),
      ("{\"password\": \"SEC\\\"RET\", \"a\": 1}", "{\"password\": \"***\", \"a\": 1}"),
      ("{\"password\":\"SECRET\"}", "{\"password\":\"***\"}"), ("{\"token\":12345,\"a\":1}", "{\"token\":***,\"a\":1}"),
      ("{\"auth\": \"dTpw\"}", "{\"auth\": \"***\"}"), ("--password SECRET x", "--password *** x"),
      ("--dest-creds u:SECRET", "--dest-creds ***"), ("AWS_SECRET_ACCESS_KEY=SECRET", "AWS_SECRET_ACCESS_KEY=***"),
      ("aws_session_token = SECRET", "aws_session_token = ***"),
      ("SecretAccessKey: a1B2c3D4e5", "SecretAccessKey: ***"),
      ("client_secret=SECRET&x=1", "client_secret=***&x=1"), ("password: hunter22", "password: ***"),
      ("identitytoken:a1B2c3D4e5F6g7H8", "identitytoken:***"), ("X-Auth-Token: a1b2c3d4", "X-Auth-Token: ***"),
      ("X-Amz-Security-Token: a1b2c3d4", "X-Amz-Security-Token: ***"),
      // Authorization.
      ("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic ***"),
      ("authorization: Bearer SECRET, x", "authorization: Bearer ***, x"),
      ("sent Bearer aaaBBBccc to", "sent Bearer *** to"), ("Basic dXNlcjpwYXNz", "Basic ***"),
      (
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIA/x, SignedHeaders=host, Signature=0a1b",
        "Authorization: AWS4-HMAC-SHA256 Credential=***, SignedHeaders=host, Signature=***"
      ),
      // Known by their beginning.
      ("got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln.", "got ***."), ("ghp_0123456789abcdefghij", "***"),
      ("dckr_pat_0123456789abcdefghij", "***"),
    ])
  func secrets(text: String, expected: String) {
    #expect(text.masked == expected)
    #expect(text.cleaned == expected)
  }

  @Test(
    "What is no secret stays as it is",
    arguments: [
      digest, "docker.io/library/alpine:3.20@\(digest)", "127.0.0.1:5000/a/b:1@\(digest)", "[::1]:5000/token:1.0.0",
      "registry.example.com:5000/secret:v1.2.3-20261128", "copying docker://r.example/a to docker://d.example/b:1",
      "unable to retrieve auth token: invalid username/password: unauthorized: incorrect username or password",
      "the token: StatusCode: 403", "no token: ExpiredTokenException", "password: 401", "the secret is missing",
      "Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\"", "Basic authentication failed",
      "sign in with `skopeo login registry.example.com`", "mail to ops@example.com", "git@github.com:a/b",
      "authorization: failed to get it",
      "arn:aws:secretsmanager:eu-central-1:123456789012:secret:ecrmirror-auth-AbCd12",
      "{\"token\":null,\"password\": null}", "2026-11-28T20:15:30Z", "a=b c==d ?x", "https://h/v2/?", "", "@", ":",
      "://",
      "set AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN", "AWS_SHARED_CREDENTIALS_FILE=/home/me/.aws/credentials",
      "é中🐳 password", "--read-only",
      "GetRoleCredentials: Status500", "CreateToken: InvalidGrant400", "state:drifted registry:docker.io age:>1h",
      "http://[::1]:5000/v2/",
    ])
  func others(text: String) {
    #expect(text.masked == text)
  }

  @Test("Of many secrets in one text none is left")
  func many() {
    let text = (0..<500).map { "https://u\($0):SECRET@h/p?a=SECRET \"token\":\"SECRET\" x=1" }.joined(separator: ",")
    #expect(!text.masked.contains("SECRET"))
  }

  @Test("Masking twice is masking once, whatever the text")
  func idempotent() {
    var random = SystemRandomNumberGenerator()
    let parts = [
      "://", "@", ":", "/", "?", "#", "&", "=", " ", "\"", "'", "\\", "token", "password", "Basic", "Bearer",
      "authorization", "a1B2c3D4e5F6g7H8", "x", "sha256:", "***", "--", "{", "}", ",", "[", "]", "eyJ", "é", ".",
    ]
    for _ in 0..<20_000 {
      let text = (0..<Int.random(in: 1...14, using: &random)).compactMap { _ in parts.randomElement(using: &random) }
        .joined()
      let once = text.masked
      #expect(once.masked == once, "\(text)")
    }
  }

  /// Quadratic, the least of these would take hours in a build for debugging.
  @Test(
    "A line of very many parts takes time in proportion to its length", .timeLimit(.minutes(15)),
    arguments: [
      "a://", "a:", "u:p@", "?", "#a=", "password=", "token:", "eyJ", "\"", "--password ", "{", "@sha256:", "://a:b",
      "a://b:c/", "-", "authorization: ", ".", "/", "key:",
    ])
  func linear(part: String) {
    var mask = SecretMask(Array(String(repeating: part, count: 30_000).utf8))
    _ = mask.run()
    #expect(mask.result.count <= 30_000 * (part.utf8.count + 3))
  }
}
