import HTTP
import Support

extension RegistryClient {
  /// The digest a reference stands for just now: one HEAD, and a GET only where the registry's HEAD gives no digest or
  /// does not work.
  ///
  /// - Parameter besides: repositories, by their full names, that are not asked though the machine reads them in its place.
  /// - Throws: `invalidAnswer` also where a reference by digest is answered with another digest.
  public func head(
    _ reference: ImageReference, for use: ImageUse = .push, besides: [String] = []
  ) async throws(RegistryError) -> ManifestDescriptor {
    let began = ContinuousClock.now
    let first = await lookAtOnce(reference, for: use, besides)
    if let first, case .success(let response) = first.sent.outcome, response.status == 200,
      let digest = response.contentDigest
    {
      return try descriptor(digest, response, first.call)
    }
    let spent = ContinuousClock.now - began
    return try await bounded(configuration.bounds.look, "the check", about: reference, spent: spent) {
      () async throws(RegistryError) in
      try await self.firstLocation(of: reference, for: use, besides: besides) {
        client, reference throws(RegistryError) in
        try await client.lookAtHead(reference, after: first?.sent)
      }
    }
  }

  /// The look where it takes one request to the registry that the reference names.
  private func lookAtOnce(
    _ reference: ImageReference, for use: ImageUse, _ besides: [String]
  ) async -> (call: Call, sent: Sent)? {
    guard besides.isEmpty, (try? locations(of: reference, for: use)) == [ImageLocation(reference)],
      heads.withLock({ $0[reference.registry] }) != .fail, let call = try? manifestCall("HEAD", reference)
    else { return nil }
    return await sendAtOnce(call).map { (call, $0) }
  }

  private func descriptor(
    _ digest: Digest, _ response: HTTPResponse, _ call: Call
  ) throws(RegistryError) -> ManifestDescriptor {
    try check(digest, is: call.repository.digest, call)
    let size = response.headers["Content-Length"].flatMap { Int64($0.trimmedOfBlanks) }
    return ManifestDescriptor(digest: digest, mediaType: response.mediaType, size: size.flatMap { $0 > 0 ? $0 : nil })
  }

  /// - Parameter sent: what came of the HEAD where it was sent once.
  func lookAtHead(
    _ reference: ImageReference, after sent: Sent? = nil
  ) async throws(RegistryError) -> ManifestDescriptor {
    let call = try manifestCall("HEAD", reference)
    if heads.withLock({ $0[reference.registry] }) == .fail { return try await readManifest(reference).0 }
    let response = try await send(call, after: sent)
    switch response.status {
    case 200:
      guard let digest = response.contentDigest else { return try await readManifest(reference).0 }
      return try descriptor(digest, response, call)
    case 405, 501: return try await readManifest(reference).0
    case 400, 403, 404, 500: return try await readInPlaceOfHead(reference, refused: error(response, call))
    default: throw error(response, call)
    }
  }

  /// Some registries refuse HEAD where GET works (containerd#6684, watchtower#667). What GET tells is kept for each
  /// registry: whether HEAD is asked at all, and whether its refusals are believed.
  private func readInPlaceOfHead(
    _ reference: ImageReference, refused: RegistryError
  ) async throws(RegistryError) -> ManifestDescriptor {
    if heads.withLock({ $0[reference.registry] }) == .tell { throw refused }
    do {
      let found = try await readManifest(reference).0
      heads.withLock { $0[reference.registry] = .fail }
      return found
    } catch {
      // Another status is worth its words each time; what is not there, or not to be seen, needs none.
      guard refused.kind == .notFound || refused.kind == .denied else { throw error }
      if error.kind == refused.kind { heads.withLock { $0[reference.registry] = .tell } }
      throw error.kind == .cancelled ? error : refused
    }
  }

  /// Reads a manifest of at most `Manifest.sizeLimit` bytes and checks its digest. Docker Hub counts this as a pull.
  public func manifest(
    _ reference: ImageReference, for use: ImageUse = .push
  ) async throws(RegistryError) -> (ManifestDescriptor, Manifest) {
    try await bounded(configuration.bounds.look, "the check", about: reference) { () async throws(RegistryError) in
      try await self.firstLocation(of: reference, for: use) { client, reference throws(RegistryError) in
        try await client.readManifest(reference)
      }
    }
  }

  /// The same with the bytes of the manifest.
  public func rawManifest(
    _ reference: ImageReference, for use: ImageUse = .push
  ) async throws(RegistryError) -> (ManifestDescriptor, Manifest, [UInt8]) {
    try await bounded(configuration.bounds.look, "the check", about: reference) { () async throws(RegistryError) in
      try await self.firstLocation(of: reference, for: use) { client, reference throws(RegistryError) in
        try await client.readRawManifest(reference)
      }
    }
  }

  private func readManifest(
    _ reference: ImageReference
  ) async throws(RegistryError) -> (ManifestDescriptor, Manifest) {
    let (descriptor, manifest, _) = try await readRawManifest(reference)
    return (descriptor, manifest)
  }

  private func readRawManifest(
    _ reference: ImageReference
  ) async throws(RegistryError) -> (ManifestDescriptor, Manifest, [UInt8]) {
    let call = try manifestCall("GET", reference)
    let response = try await send(call)
    guard response.status == 200 else { throw error(response, call) }
    let manifest: Manifest
    do {
      manifest = try Manifest(json: response.body)
    } catch {
      throw invalid(call, "its answer is not a manifest")
    }
    let digest = try digest(of: response, call)
    try check(digest, is: reference.digest, call)
    if reference.digest?.matches(response.body) == false, !MediaType.isSchema1(response.mediaType) {
      throw invalid(call, "the manifest it sent does not have the digest it was asked for")
    }
    let descriptor = ManifestDescriptor(
      digest: digest, mediaType: response.mediaType, size: Int64(response.body.count))
    return (descriptor, manifest, response.body)
  }

  func manifestCall(_ method: String, _ reference: ImageReference) throws(RegistryError) -> Call {
    guard let target = reference.digest?.description ?? reference.tag else {
      throw RegistryError(.incompleteReference, subject: reference.familiar, registry: reference.registry)
    }
    return Call(
      method: method, path: "/v2/\(reference.repository)/manifests/\(target)", repository: reference,
      accept: MediaType.accept, bodyLimit: Manifest.sizeLimit)
  }

  private func check(_ digest: Digest, is wanted: Digest?, _ call: Call) throws(RegistryError) {
    // Two algorithms cannot be compared: a registry may always answer with SHA-256.
    guard let wanted, wanted.algorithm == digest.algorithm, wanted != digest else { return }
    throw invalid(call, "it answered with the digest \(digest)")
  }

  /// The digest of a manifest that was read: computed, and equal to what the header says.
  private func digest(of response: HTTPResponse, _ call: Call) throws(RegistryError) -> Digest {
    let named = response.contentDigest
    if MediaType.isSchema1(response.mediaType) {
      // The digest of a signed schema 1 manifest covers the text without its signatures.
      guard let named else { throw invalid(call, "it gave no digest for a Docker schema 1 manifest") }
      return named
    }
    guard let named else { return .sha256(of: response.body) }
    guard named.matches(response.body) != false else {
      throw invalid(call, "the manifest it sent does not have the digest \(named) it gave")
    }
    return named
  }
}

extension HTTPResponse {
  /// The manifest's digest as the registry names it; nil where it names none that can be read.
  fileprivate var contentDigest: Digest? {
    headers["Docker-Content-Digest"].flatMap { try? Digest($0.trimmedOfBlanks) }
  }

  /// The content type without parameters, lower case; empty where there is none.
  var mediaType: String {
    let whole = headers["Content-Type"]
    if let whole, let known = MediaType.known.first(where: { $0 == whole }) { return known }
    let type = whole?.split(separator: ";", maxSplits: 1).first ?? ""
    return type.trimmedOfBlanks.lowercased().cleaned.shortened(to: 200)
  }
}
