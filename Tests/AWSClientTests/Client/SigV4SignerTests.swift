import FoundationEssentials
import HTTP
import Testing

@testable import AWSClient

/// Against the published AWS Signature Version 4 test suite.
struct SigV4SignerTests {
  static let credentials = AWSCredentials(
    accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
  /// 2015-08-30T12:36:00Z
  static let date = Date(timeIntervalSince1970: 1_440_938_160)

  @Test(
    "The published vectors come out",
    arguments: [
      ("GET", "https://example.amazonaws.com/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
      ("POST", "https://example.amazonaws.com/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
      (
        "GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1",
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
      ),
      (
        "GET", "https://example.amazonaws.com/example/..",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
      ),
    ])
  func vectors(method: String, url: String, signature: String) {
    let signer = SigV4Signer(credentials: Self.credentials, region: "us-east-1", service: "service")
    let signed = signer.sign(HTTPRequest(method, url), at: Self.date)
    #expect(signed.headers["X-Amz-Date"] == "20150830T123600Z")
    #expect(
      signed.headers["Authorization"]
        == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        + "SignedHeaders=host;x-amz-date, Signature=\(signature)")
  }

  @Test("A session token is sent and signed; secrets are in no description")
  func session() {
    let credentials = AWSCredentials(accessKeyID: "A", secretAccessKey: "hush", sessionToken: "token")
    let signer = SigV4Signer(credentials: credentials, region: "us-east-1", service: "sts")
    let signed = signer.sign(HTTPRequest("GET", "https://example.amazonaws.com/"), at: Self.date)
    #expect(signed.headers["X-Amz-Security-Token"] == "token")
    #expect(signed.headers["Authorization"]?.contains("x-amz-security-token") == true)
    #expect(!"\(signer) \(String(reflecting: credentials))".contains("hush"))
  }
}
