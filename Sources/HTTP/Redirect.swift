/// Which redirects are followed, and with what.
enum Redirect {
  /// Registries and object stores need one or two.
  static let limit = 10

  /// The request that follows a redirect, without what must not reach another server.
  ///
  /// - Returns: nil where the response is the final answer: no redirect, or one of a request that is not repeated.
  /// - Throws: `badRedirect` where it leads to no http(s) URL, or from https to http.
  static func next(after response: HTTPResponse, to request: HTTPRequest) throws(HTTPError) -> HTTPRequest? {
    guard request.followRedirects, [301, 302, 303, 307, 308].contains(response.status),
      request.method == "GET" || request.method == "HEAD", let location = response.headers["Location"],
      let here = HTTPURL(request.url)
    else { return nil }
    guard let target = here.resolving(location) else {
      throw HTTPError(.badRedirect, host: here.authority, reason: "the new address is not an http or https URL")
    }
    guard here.scheme == "http" || target.scheme == "https" else {
      throw HTTPError(.badRedirect, host: here.authority, reason: "from https to plain http at \(target.authority)")
    }
    var next = request
    next.url = target.text
    next.reach = request.reach.beyond(response.peer)
    for secret in ["Authorization", "Cookie", "Proxy-Authorization"] { next.headers[secret] = nil }
    return next
  }
}
