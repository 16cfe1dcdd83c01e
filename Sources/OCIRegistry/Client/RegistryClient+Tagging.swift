import HTTP
import Support

extension RegistryClient {
  /// Puts a tag on an image that its repository holds already: reads the manifest there by digest, and writes the same
  /// bytes under the tag. Nothing else is read or written.
  ///
  /// - Parameters:
  ///   - digest: of SHA-256: of nothing else it is known that the bytes are the image's.
  ///   - reference: the repository, with the tag.
  /// - Returns: false where the repository does not have the image, or not all images of an index.
  /// - Throws: also where the registry does not take the manifest, as where it misses something that it names, and where
  ///   it says that there is no such repository.
  public func putTag(on digest: Digest, as reference: ImageReference) async throws(RegistryError) -> Bool {
    try await bounded(configuration.bounds.look, "setting the tag", about: reference) {
      () async throws(RegistryError) in
      try await self.firstLocation(of: reference, for: .push) { client, reference throws(RegistryError) in
        try await client.put(digest, as: reference)
      }
    }
  }

  /// Images of an index that are looked for, at most: with more it is copied.
  private static let mostChildren = 200
  private static let width = 8

  private func put(_ digest: Digest, as reference: ImageReference) async throws(RegistryError) -> Bool {
    guard reference.tag != nil, reference.digest == nil else { return false }
    let read = try manifestCall("GET", reference.withoutTag.withDigest(digest))
    let found = try await send(read)
    if found.status == 404 {
      let missing = error(found, read)
      if missing.isOfRepository { throw missing }
      return false
    }
    guard found.status == 200 else { throw error(found, read) }
    // The type is part of what a registry stores, and no digest covers it.
    let type = found.mediaType
    guard digest.matches(found.body) == true, !type.isEmpty, !MediaType.isSchema1(type) else { return false }
    guard await hasChildren(of: found.body, in: reference) else { return false }
    try await write(found.body, type, as: reference)
    return true
  }

  /// Writes a manifest under a tag; what it names must be in the repository already.
  ///
  /// - Throws: also where the registry does not take it.
  public func putManifest(
    _ manifest: [UInt8], mediaType: String, as reference: ImageReference
  ) async throws(RegistryError) {
    try await bounded(configuration.bounds.look, "putting the manifest", about: reference) {
      () async throws(RegistryError) in
      try await self.firstLocation(of: reference, for: .push) { client, reference throws(RegistryError) in
        try await client.write(manifest, mediaType, as: reference)
      }
    }
  }

  private func write(_ manifest: [UInt8], _ type: String, as reference: ImageReference) async throws(RegistryError) {
    var write = try manifestCall("PUT", reference)
    (write.headers["Content-Type"], write.body, write.accept) = (type, manifest, nil)
    let answer = try await send(write)
    guard (200..<300).contains(answer.status) else { throw error(answer, write) }
  }

  /// Whether a repository holds what an index names: some registries take an index without, and whoever cleans them up
  /// may take untagged images for rubbish.
  private func hasChildren(of manifest: [UInt8], in reference: ImageReference) async -> Bool {
    guard let manifest = try? Manifest(json: manifest) else { return false }
    guard case .index(let children) = manifest else { return true }
    guard children.count <= Self.mostChildren else { return false }
    let found = try? await concurrently(children, width: Self.width) { child in
      (try? await self.lookAtHead(reference.withoutTag.withDigest(child.digest)))?.digest == child.digest
    }
    return found?.allSatisfy(\.self) ?? false
  }
}
