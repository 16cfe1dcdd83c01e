import CCrypto
public import FoundationEssentials
public import HTTP
import Support

/// Signs requests with AWS Signature Version 4.
///
/// Our own: the signer of libcurl 7.88.1 sorts and encodes neither path nor query.
public struct SigV4Signer: Sendable {
  public let credentials: AWSCredentials
  public let region: String
  /// As in the endpoint: `dynamodb`, `batch`.
  public let service: String

  public init(credentials: AWSCredentials, region: String, service: String) {
    self.credentials = credentials
    self.region = region
    self.service = service
  }

  /// The request with `X-Amz-Date`, `X-Amz-Security-Token` where there is one, and `Authorization`.
  ///
  /// - Parameter date: when it is sent, by the service's clock; more than 5 minutes off is refused there.
  public func sign(_ request: HTTPRequest, at date: Date) -> HTTPRequest {
    var signed = request
    let url = SignableURL(request.url)
    let stamp = date.rfc3339Compact
    signed.headers["X-Amz-Date"] = stamp
    signed.headers["X-Amz-Security-Token"] = credentials.sessionToken
    let headers = canonicalHeaders(signed.headers, host: url.host)
    let names = headers.map(\.name).joined(separator: ";")
    let canonical = [
      request.method, url.canonicalPath, url.canonicalQuery, headers.map { "\($0.name):\($0.value)\n" }.joined(), names,
      hexadecimal(sha256(request.body)),
    ].joined(separator: "\n")
    let scope = "\(stamp.prefix(8))/\(region)/\(service)/aws4_request"
    let toSign = "AWS4-HMAC-SHA256\n\(stamp)\n\(scope)\n\(hexadecimal(sha256(Array(canonical.utf8))))"
    let signature = hexadecimal(hmac(toSign, key: key(day: String(stamp.prefix(8)))))
    signed.headers["Authorization"] =
      "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
    return signed
  }

  /// What a proxy on the way may change, or libcurl sets by itself.
  private static let unsigned: Set = [
    "authorization", "connection", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id",
  ]

  /// Sorted by name, repeated ones joined in their order, runs of spaces folded.
  private func canonicalHeaders(_ headers: HTTPHeaders, host: String) -> [(name: String, value: String)] {
    var values: [String: [String]] = ["host": [host]]
    for field in headers {
      let name = field.name.lowercased()
      if Self.unsigned.contains(name) { continue }
      let folded = field.value.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
      values[name, default: []].append(folded)
    }
    return values.sorted { $0.key < $1.key }.map { ($0.key, $0.value.joined(separator: ",")) }
  }

  private func key(day: String) -> [UInt8] {
    [day, region, service, "aws4_request"].reduce(Array("AWS4\(credentials.secretAccessKey)".utf8)) { key, part in
      hmac(part, key: key)
    }
  }
}

extension Date {
  /// `20150830T123600Z`
  fileprivate var rfc3339Compact: String {
    formatted(Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted))
  }
}

private func sha256(_ bytes: [UInt8]) -> [UInt8] {
  var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
  EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil)
  return digest
}

private func hmac(_ text: String, key: [UInt8]) -> [UInt8] {
  var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
  let message = Array(text.utf8)
  HMAC(EVP_sha256(), key, CInt(key.count), message, message.count, &digest, nil)
  return digest
}
