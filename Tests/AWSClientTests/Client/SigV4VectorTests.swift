import Foundation
import HTTP
import Testing

@testable import AWSClient

/// Against botocore's signer, over generated requests: `Tests/Vectors/signatures.py` makes them, and a system test checks that they
/// are what it makes.
struct SigV4VectorTests {
  struct Document: Decodable {
    let date: Double
    let cases: [Case]
  }

  struct Case: Decodable, Sendable {
    let method, url, body, key, secret, service, region, authorization: String
    let token: String?
    let headers: [[String]]
  }

  @Test("Every generated request is signed as botocore signs it")
  func same() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Vectors/signatures.json")
    let document = try JSONDecoder().decode(Document.self, from: try Data(contentsOf: file))
    #expect(document.cases.count >= 250)
    for row in document.cases {
      var request = HTTPRequest(row.method, row.url, body: Array(row.body.utf8))
      for field in row.headers where field.count == 2 { request.headers.add(field[0], field[1]) }
      let signer = SigV4Signer(
        credentials: AWSCredentials(accessKeyID: row.key, secretAccessKey: row.secret, sessionToken: row.token),
        region: row.region, service: row.service)
      let signed = signer.sign(request, at: Date(timeIntervalSince1970: document.date))
      #expect(signed.headers["Authorization"] == row.authorization, "\(row.method) \(row.url) \(row.headers)")
    }
  }
}
