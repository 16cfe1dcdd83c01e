import FoundationEssentials
import Support

@testable import HTTP
@testable import OCIRegistry

extension FuzzTarget {
  /// What registries and token servers answer: manifests, errors, tokens. The first line is of headers, `NAME: VALUE`
  /// between `|`.
  static let registries = FuzzTarget("registries") { bytes throws(Broken) in
    let parts = bytes.parts(between: [0x0a], atMost: 2)
    let (line, body) = (String(decoding: parts[0], as: UTF8.self), parts.last ?? [])
    var headers = HTTPHeaders()
    for field in line.split(separator: "|") {
      let words = field.split(separator: ":", maxSplits: 1).map { String($0.trimmedOfBlanks) }
      if words.count == 2 { headers.add(words[0], words[1]) }
    }
    try manifest(body)
    try token(body)
    for status in [200, 401, 403, 404, 429, 500] {
      let response = HTTPResponse(status: status, headers: headers, body: body, url: "https://registry.example.com/v2/")
      let error = RegistryError(response, subject: "a/b:1", registry: "registry.example.com", now: moment)
      try holdReadable(error.description, within: 2000)
      if case .throttled(let until?) = error.kind {
        try hold(until <= moment.addingTimeInterval(86_400), "throttled until \(until)")
      }
    }
    for name in ["RateLimit-Limit", "RateLimit-Remaining"] {
      guard let limit = headers[name].flatMap(RateLimit.init) else { continue }
      try hold(limit.count >= 0, "a limit of \(limit.count)")
    }
  }

  private static let moment = Date(timeIntervalSince1970: 1_795_000_000)

  private static func manifest(_ json: [UInt8]) throws(Broken) {
    guard let manifest = try? Manifest(json: json) else { return }
    switch manifest {
    case .index(let children):
      try hold(children.allSatisfy { $0.size >= 0 }, "a size below nothing")
      let places = children.indices.filter { $0.isMultiple(of: 2) }
      if let cut = try? IndexCut.keep(places, of: json) {
        try hold(
          (try? Manifest(json: cut)) == .index(places.map { children[$0] }),
          "a cut index has other images than were kept")
      }
    case .image(let config, let layers, _):
      try hold(([config] + layers).allSatisfy { $0.size >= 0 }, "a size below nothing")
    case .other: break
    }
  }

  private static func token(_ json: [UInt8]) throws(Broken) {
    let asked = ContinuousClock.now
    guard let token = BearerToken(json: json, asked: asked) else { return }
    let headers: HTTPHeaders = ["Authorization": "Bearer \(token.text)"]
    try hold(headers.areSendable, "a token that cannot be sent")
    try hold(
      asked < token.expires && token.expires <= asked + .seconds(86_400), "it ends \(token.expires - asked) later")
  }
}
