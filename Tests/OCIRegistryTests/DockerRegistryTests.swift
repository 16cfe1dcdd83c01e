import Foundation
import HTTP
import OCIRegistry
import TestSupport
import Testing

/// Against the distribution project's own registry.
@Suite struct DockerRegistryTests {
  /// Puts an image of one empty layer there, and gives its digest.
  private func push(_ registry: DockerRegistry, _ name: String, tag: String, _ headers: HTTPHeaders = [:]) async throws
    -> Digest
  {
    func send(_ method: String, _ url: String, _ type: String, _ body: String) async throws -> HTTPResponse {
      var request = HTTPRequest(method, url, headers: headers, body: Array(body.utf8))
      request.headers["Content-Type"] = type
      let response = try await sharedTransport.send(request)
      #expect((200..<300).contains(response.status), "\(method) \(response.status)")
      return response
    }
    var descriptors: [String] = []
    for blob in [#"{"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": []}}"#, "layer"] {
      let upload = try await send("POST", "http://\(registry.host)/v2/\(name)/blobs/uploads/", "text/plain", "")
      let location = try #require(upload.headers["Location"])
      let digest = Digest.sha256(of: Array(blob.utf8))
      _ = try await send("PUT", "\(location)&digest=\(digest)", "application/octet-stream", blob)
      descriptors.append(#""digest": "\#(digest)", "size": \#(blob.utf8.count)"#)
    }
    let manifest = """
      {"schemaVersion": 2, "mediaType": "\(MediaType.ociManifest)",
       "config": {"mediaType": "application/vnd.oci.image.config.v1+json", \(descriptors[0])},
       "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", \(descriptors[1])}]}
      """
    _ = try await send("PUT", "http://\(registry.host)/v2/\(name)/manifests/\(tag)", MediaType.ociManifest, manifest)
    return .sha256(of: Array(manifest.utf8))
  }

  @Test("An image that is there gets a further tag, with its type and to the byte; what is not there gets none")
  func putTag() async throws {
    let registry = try DockerRegistry()
    let digest = try await push(registry, "some/image", tag: "1")
    let client = makeClient()
    let tag = try ImageReference("\(registry.host)/some/image:2")
    #expect(try await client.putTag(on: digest, as: tag))
    #expect(try await client.head(tag) == (try await client.head(try ImageReference("\(registry.host)/some/image:1"))))
    #expect(try await !client.putTag(on: try Digest(digestB), as: tag))
    #expect(try await !client.putTag(on: digest, as: try ImageReference("\(registry.host)/other/image:2")))
    #expect(try await client.head(tag).digest == digest)
  }

  @Test func digestsTagsAndSizesAreThoseOfWhatWasPushed() async throws {
    let registry = try DockerRegistry()
    let digest = try await push(registry, "some/image", tag: "1")
    _ = try await push(registry, "some/image", tag: "2")
    let client = makeClient()
    let reference = try ImageReference("\(registry.host)/some/image:1")
    let found = try await client.head(reference)
    #expect(found.digest == digest)
    #expect(found.mediaType == MediaType.ociManifest)
    let (descriptor, manifest) = try await client.manifest(reference.withDigest(digest))
    #expect(descriptor == found)
    guard case .image(_, let layers, _) = manifest else {
      Issue.record("no image")
      return
    }
    #expect(try await client.blobSize(layers[0].digest, in: reference) == 5)
    #expect(try await client.blobSize(try Digest(digestB), in: reference) == nil)
    #expect(try await client.tags(reference).sorted() == ["1", "2"])
    for missing in ["some/image:3", "no/image:1"] {
      let error = await #expect(throws: RegistryError.self) {
        try await client.head(try ImageReference("\(registry.host)/\(missing)"))
      }
      #expect(error?.kind == .notFound)
    }
    #expect(try skopeoDigest(reference) == digest.description)
  }

  @Test func aRegistryWithPasswordsLetsInWhoKnowsThem() async throws {
    let folder = try TemporaryFolder()
    // The bcrypt hash of "pw".
    let hash = "$2b$05$abcdefghijklmnopqrstuuHIrMEWpUCQe2YqFR3sXwQ75u4od..9q"
    let passwords = try folder.write("htpasswd", "me:\(hash)\n")
    let registry = try DockerRegistry(.init(auth: "  htpasswd: {realm: test, path: \(passwords)}"))
    let digest = try await push(registry, "image", tag: "1", ["Authorization": "Basic bWU6cHc="])
    let reference = try ImageReference("\(registry.host)/image:1")
    let credential = RegistryCredential.basic(username: "me", password: "pw")
    let file = try folder.write(
      "auth.json", String(decoding: ContainersAuth.authFileJSON(for: [registry.host: credential]), as: UTF8.self))
    let source = ContainersAuth(environment: [:], authFile: file)
    let client = RegistryClient(transport: sharedTransport, credentials: source)
    #expect(try await client.head(reference).digest == digest)
    #expect(try await client.head(reference).digest == digest)
    #expect(client.status().first?.requests == 3)
    for wrong in [nil, RegistryCredential.basic(username: "me", password: "no")] {
      let error = await #expect(throws: RegistryError.self) { try await makeClient(wrong).head(reference) }
      #expect(error?.kind == .unauthorized)
    }
  }

  /// What `skopeo` takes for the digest.
  private func skopeoDigest(_ reference: ImageReference) throws -> String {
    let output = Pipe()
    let process = try Child(
      ["/usr/bin/skopeo", "inspect", "--tls-verify=false", "--format", "{{.Digest}}", "docker://\(reference)"],
      output: .pipe(output), errors: .inherited)
    let text = try output.fileHandleForReading.read("what skopeo prints") { bytes in
      bytes.last == UInt8(ascii: "\n") ? String(decoding: bytes, as: UTF8.self) : nil
    }
    try process.end()
    return try #require(text).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
