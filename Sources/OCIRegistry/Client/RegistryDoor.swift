import HTTP

/// What every request to a registry has: where it goes, whom it trusts and what it shows of itself. That is worked out
/// once for some thousand requests.
struct RegistryDoor: Sendable {
  /// The machine's certificates may change while a program runs for days.
  static let age = Duration.seconds(5)

  let made = ContinuousClock.now
  private let base: String
  private let server: HTTPURL?
  private let template: HTTPRequest

  /// - Throws: `credentials` where the registry's certificates are there and cannot be used.
  init(_ reference: ImageReference, _ configuration: RegistryConfiguration) throws(RegistryError) {
    base = configuration.baseURL(of: reference.registry)
    server = HTTPURL(base + "/")
    template = try configuration.request(
      HTTPRequest("GET", base, followRedirects: true, reach: configuration.reach(of: reference.registry)),
      about: reference)
  }

  func request(_ method: String, _ path: String) -> HTTPRequest {
    var request = template
    request.method = method
    if let url = server?.appending(path) { request.lead(to: url) } else { request.url = base + path }
    return request
  }
}
