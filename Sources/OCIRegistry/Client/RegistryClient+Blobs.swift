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
    let call = Call(
      method: "HEAD", path: "/v2/\(repository.repository)/blobs/\(digest)", repository: repository,
      subject: "\(repository.withoutTag.familiar)@\(digest)")
    let response = try await send(call)
    switch response.status {
    case 200:
      return response.headers["Content-Length"].flatMap { Int64($0.trimmedOfBlanks) }.flatMap { $0 < 0 ? nil : $0 }
    case 404: return nil
    case 400..<500 where HTTPURL(response.url)?.pathAndQuery != call.path: return nil
    default: throw error(response, call)
    }
  }

  /// Whether a registry is there and speaks the distribution API: 200, or 401 where it wants a sign-in first.
  public func ping(_ registry: String) async throws(RegistryError) {
    let registry = RegistryHost.normalised(registry)
    let reference = ImageReference(registry: registry, repository: "", tag: nil, digest: nil)
    let call = Call(method: "GET", path: "/v2/", repository: reference, subject: registry)
    let response = try await transmit(call, nil)
    guard response.status == 200 || response.status == 401 else { throw error(response, call) }
  }
}
