import FoundationEssentials

@testable import HTTP
@testable import OCIRegistry

extension FuzzTarget {
  /// What registries say in headers beside challenges: `Link`, `Location`, `Retry-After`.
  static let links = FuzzTarget("links") { bytes throws(Broken) in
    let header = String(decoding: bytes, as: UTF8.self)
    try retryAfter(header)
    guard let page = HTTPURL("https://registry.example.com/v2/a/b/tags/list?n=1000") else {
      throw Broken("a plain URL is none")
    }
    try location(header, on: page)
    guard let target = nextLink(header) else { return }
    try hold(header.contains("<\(target)>"), "\(target.debugDescription) does not stand there")
    if !target.contains("<") {
      try hold(nextLink("<\(target)>; rel=\"next\"") == target, "\(target.debugDescription) reads back otherwise")
    }
    if let next = page.resolving(target) {
      try hold(HTTPURL(next.text) == next, "\(next.text) is another URL when read again")
    }
  }

  private static func retryAfter(_ header: String) throws(Broken) {
    let response = HTTPResponse(status: 429, headers: ["Retry-After": header])
    guard let wait = response.retryAfter(now: Date(timeIntervalSince1970: 1_795_000_000)) else { return }
    try hold((.zero ... .seconds(86_400)).contains(wait), "a wait of \(wait)")
  }

  private static func location(_ header: String, on page: HTTPURL) throws(Broken) {
    let headers: HTTPHeaders = ["Authorization": "Basic eDp5", "Accept": "*/*"]
    let request = HTTPRequest("GET", page.text, headers: headers, followRedirects: true)
    let response = HTTPResponse(status: 307, headers: ["Location": header], url: page.text)
    let next: HTTPRequest?
    do throws(HTTPError) {
      next = try Redirect.next(after: response, to: request)
    } catch {
      return try holdReadable(error.description)
    }
    guard let next else { throw Broken("\(header) is not followed") }
    try hold(next.url.hasPrefix("https://"), "from https to \(next.url)")
    try hold(next.headers["Authorization"] == nil, "a credential goes to \(next.url)")
  }
}
