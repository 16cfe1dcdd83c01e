import HTTP
import Support

extension RegistryClient {
  /// The size of a blob in bytes, by HEAD: no pull.
  ///
  /// - Returns: nil where the blob is not there, or its size cannot be known: registries keep blobs in object stores,
  ///   some of whose signed addresses answer nothing but GET.
  public func blobSize(
    _ digest: Digest, in repository: ImageReference, for use: ImageUse = .push
  ) async throws(RegistryError) -> Int64? {
    try await firstLocation(of: repository, for: use) { client, reference throws(RegistryError) in
      try await client.size(of: digest, in: reference)
    }
  }

  private func size(of digest: Digest, in repository: ImageReference) async throws(RegistryError) -> Int64? {
    let call = blobCall("HEAD", digest, in: repository)
    let response = try await send(call)
    switch response.status {
    case 200:
      return response.headers["Content-Length"].flatMap { Int64($0.trimmedOfBlanks) }.flatMap { $0 < 0 ? nil : $0 }
    case 404: return nil
    case 400..<500 where HTTPURL(response.url)?.pathAndQuery != call.path: return nil
    default: throw error(response, call)
    }
  }

  /// Reads a blob of at most `limit` bytes, and checks its digest. Docker Hub counts manifests, and no blobs.
  public func blob(
    _ digest: Digest, in repository: ImageReference, for use: ImageUse = .push, limit: Int
  ) async throws(RegistryError) -> [UInt8] {
    try await bounded(configuration.bounds.look, "the check", about: repository) { () async throws(RegistryError) in
      try await self.firstLocation(of: repository, for: use) { client, reference throws(RegistryError) in
        try await client.read(digest, in: reference, limit: limit)
      }
    }
  }

  private func read(
    _ digest: Digest, in repository: ImageReference, limit: Int
  ) async throws(RegistryError) -> [UInt8] {
    let call = blobCall("GET", digest, in: repository, limit: limit)
    let response = try await send(call)
    guard response.status == 200 else { throw error(response, call) }
    guard digest.matches(response.body) != false else {
      throw invalid(call, "the blob it sent does not have the digest it was asked for")
    }
    return response.body
  }

  private func blobCall(_ method: String, _ digest: Digest, in repository: ImageReference, limit: Int = 1 << 20) -> Call
  {
    Call(
      method: method, path: "/v2/\(repository.repository)/blobs/\(digest)", repository: repository,
      named: "\(repository.withoutTag.familiar)@\(digest)", bodyLimit: limit)
  }

  /// Whether a registry is there and speaks the distribution API: 200, or 401 where it wants a sign-in first.
  public func ping(_ registry: String) async throws(RegistryError) {
    let registry = RegistryHost.normalised(registry)
    let reference = ImageReference(registry: registry, repository: "", tag: nil, digest: nil)
    let call = Call(method: "GET", path: "/v2/", repository: reference, named: registry)
    let response = try await transmit(call, nil)
    guard response.status == 200 || response.status == 401 else { throw error(response, call) }
  }
}
