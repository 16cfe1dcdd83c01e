public import HTTP
public import OCIRegistry
import Support

/// Registries in memory, asked as over HTTP: which tags they have, and with which digests.
///
/// Nothing of a manifest is kept but its digest and media type, and its bytes where somebody gave them.
public final class MemoryRegistries: HTTPTransport {
  fileprivate struct Image: Sendable {
    var digest: Digest
    var mediaType: String
    var body: [UInt8] = []
  }

  fileprivate struct State {
    /// By references in full with their tags; those without one by `NAME:DIGEST`.
    var images: [String: Image] = [:]
    var blobs: [Digest: [UInt8]] = [:]
    /// What registries answer with instead, by their names.
    var refusals: [String: Int] = [:]
    var silent: Set<String> = []
    /// Those that take no manifest.
    var closed: Set<String> = []
    var asked: [String] = []
  }

  private let state = Lock(State())
  /// Of those that make no repository by a push; none at first.
  public let keeper = MemoryKeeper()

  public init() {}

  /// A client that asks them without signing in.
  public var client: RegistryClient {
    RegistryClient(transport: self, credentials: AnonymousAccess(), repositories: keeper)
  }

  /// Pushes an image.
  ///
  /// - Parameter reference: in full with its tag or digest.
  public func push(_ digest: Digest, to reference: String, mediaType: String = MediaType.ociIndex) {
    let key = String(reference.map { $0 == "@" ? ":" : $0 })
    state.withLock { $0.images[key] = Image(digest: digest, mediaType: mediaType) }
  }

  /// Has every repository hold a blob.
  public func push(blob: String) -> Digest {
    let digest = Digest.sha256(of: Array(blob.utf8))
    state.withLock { $0.blobs[digest] = Array(blob.utf8) }
    return digest
  }

  /// Pushes an image with its manifest, and gives its digest.
  @discardableResult
  public func push(manifest: String, to reference: String, mediaType: String = MediaType.ociIndex) -> Digest {
    let digest = Digest.sha256(of: Array(manifest.utf8))
    state.withLock {
      $0.images[reference] = Image(digest: digest, mediaType: mediaType, body: Array(manifest.utf8))
    }
    return digest
  }

  /// Pushes an image with one layer, of so many bytes by its manifest.
  public func push(layerOf bytes: Int64, to reference: String) {
    func blob(_ content: UInt8, _ size: Int64) -> String {
      #"{"mediaType":"application/octet-stream","digest":"\#(Digest.sha256(of: [content]))","size":\#(size)}"#
    }
    let parts = #""config":\#(blob(1, 2)),"layers":[\#(blob(2, bytes))]"#
    push(
      manifest: #"{"schemaVersion":2,"mediaType":"\#(MediaType.ociManifest)",\#(parts)}"#, to: reference,
      mediaType: MediaType.ociManifest)
  }

  public func delete(_ reference: String) {
    state.withLock { $0.images[reference] = nil }
  }

  /// What a tag stands for; nil where there is none.
  public func digest(of reference: String) -> Digest? {
    state.withLock { $0.images[reference]?.digest }
  }

  /// The bytes of a manifest; nil where there is none.
  public func manifest(of reference: String) -> String? {
    state.withLock { $0.images[reference].map { String(decoding: $0.body, as: UTF8.self) } }
  }

  /// What type a manifest was pushed as; nil where there is none.
  public func mediaType(of reference: String) -> String? {
    state.withLock { $0.images[reference]?.mediaType }
  }

  /// Has a registry take no manifests.
  public func refuseManifests(_ registry: String) {
    state.withLock { _ = $0.closed.insert(registry) }
  }

  /// Has a registry answer everything with a status, or as it should.
  public func refuse(_ registry: String, with status: Int?) {
    state.withLock { $0.refusals[registry] = status }
  }

  /// Has a registry be out of reach.
  public func silence(_ registry: String) {
    state.withLock { _ = $0.silent.insert(registry) }
  }

  /// Every request so far, as `HEAD r.example/v2/app/manifests/1`.
  public var asked: [String] { state.withLock(\.asked) }

  public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let path = request.url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard path.count == 4 else { throw HTTPError(.invalidRequest, host: "") }
    let (host, rest) = (String(path[2]), String(path[3]))
    let isLacking = rest.firstRange(of: "/manifests/").map {
      keeper.lacks("\(host)/\(rest[..<$0.lowerBound].dropFirst(3))")
    }
    let answer = state.withLock { state -> HTTPResponse? in
      state.asked.append("\(request.method) \(host)/\(rest)")
      if state.silent.contains(host) { return nil }
      if let status = state.refusals[host] { return HTTPResponse(status: status, url: request.url) }
      if isLacking == true {
        return HTTPResponse(
          status: 404, body: Array(#"{"errors":[{"code":"NAME_UNKNOWN"}]}"#.utf8), url: request.url)
      }
      return state.answer(request, host, rest)
    }
    guard let answer else { throw HTTPError(.cannotConnect, host: host, reason: "connection refused") }
    return answer
  }
}

extension MemoryRegistries.State {
  mutating func answer(_ request: HTTPRequest, _ host: String, _ path: String) -> HTTPResponse {
    let missing = HTTPResponse(
      status: 404, body: Array(#"{"errors":[{"code":"MANIFEST_UNKNOWN"}]}"#.utf8), url: request.url)
    guard path.hasPrefix("v2/") else { return missing }
    let words = path.dropFirst(3)
    if let end = words.firstRange(of: "/manifests/") {
      let (repository, target) = ("\(host)/\(words[..<end.lowerBound])", String(words[end.upperBound...]))
      if request.method == "PUT" {
        if closed.contains(host) { return HTTPResponse(status: 400, url: request.url) }
        images["\(repository):\(target)"] = MemoryRegistries.Image(
          digest: .sha256(of: request.body), mediaType: request.headers["Content-Type"] ?? "", body: request.body)
        return HTTPResponse(status: 201, url: request.url)
      }
      let image =
        images["\(repository):\(target)"]
        ?? images.first { $0.key.hasPrefix("\(repository):") && $0.value.digest.description == target }?.value
      guard let image else { return missing }
      return HTTPResponse(
        status: 200,
        headers: ["Docker-Content-Digest": image.digest.description, "Content-Type": image.mediaType],
        body: request.method == "GET" ? image.body : [], url: request.url)
    }
    if let end = words.firstRange(of: "/blobs/"), let digest = try? Digest(String(words[end.upperBound...])) {
      return blobs[digest].map { HTTPResponse(status: 200, body: $0, url: request.url) } ?? missing
    }
    if let end = words.firstRange(of: "/tags/list") {
      let repository = "\(host)/\(words[..<end.lowerBound]):"
      let names = images.keys.filter { $0.hasPrefix(repository) }.map { $0.dropFirst(repository.count) }
      let tags = names.filter { !$0.contains(":") }.map { "\"\($0)\"" }
      guard !tags.isEmpty else { return missing }
      return HTTPResponse(
        status: 200, body: Array("{\"tags\":[\(tags.sorted().joined(separator: ","))]}".utf8), url: request.url)
    }
    return missing
  }
}
