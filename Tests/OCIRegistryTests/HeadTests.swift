import HTTP
import OCIRegistry
import TestSupport
import Testing

@Suite struct HeadTests {
  private let index = #"{"schemaVersion": 2, "manifests": []}"#
  private var digestOfIndex: Digest { .sha256(of: Array(index.utf8)) }

  @Test func aLookCostsOneHeadAndNothingElse() async throws {
    let server = try LoopbackServer { .answer(200, manifestHeaders(), to: $0.method) }
    let client = makeClient()
    for _ in 0..<3 {
      let found = try await client.head(try server.reference("some/place/x:1.2"))
      #expect(found == ManifestDescriptor(digest: try Digest(digestA), mediaType: MediaType.ociIndex, size: 7143))
    }
    #expect(server.log == Array(repeating: "HEAD /v2/some/place/x/manifests/1.2", count: 3))
    let accept = try #require(server.requests.first?.headers["accept"])
    #expect(accept.hasPrefix(MediaType.ociIndex))
    for type in [MediaType.ociManifest, MediaType.dockerList, MediaType.dockerManifest, MediaType.dockerSchema1Signed] {
      #expect(accept.contains(type))
    }
    #expect(server.requests.first?.headers["user-agent"] == "ecrmirror")
  }

  @Test func aThousandMirrorsInSyncCostTwoHeadsEach() async throws {
    let source = try LoopbackServer { .answer(200, manifestHeaders(), to: $0.method) }
    let destination = try LoopbackServer { .answer(200, manifestHeaders(), to: $0.method) }
    let client = makeClient()
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for index in 0..<1000 {
        let (from, to) = (try source.reference("a\(index):t"), try destination.reference("b\(index):t"))
        group.addTask { try await client.head(from).digest == client.head(to).digest }
      }
      for try await isInSync in group { #expect(isInSync) }
    }
    for server in [source, destination] {
      #expect(server.requests.count == 1000)
      #expect(Set(server.log).count == 1000)
      #expect(server.requests.allSatisfy { $0.method == "HEAD" })
    }
    #expect(client.status().map(\.requests) == [1000, 1000])
  }

  @Test(
    "Only where HEAD gives no digest is the manifest read, and its digest computed",
    arguments: [
      (200, []), (405, []), (501, []), (200, [("Docker-Content-Digest", "nonsense")]),
    ])
  func fallsBack(status: Int, headers: [(String, String)]) async throws {
    let index = index
    let server = try LoopbackServer { request in
      request.method == "HEAD"
        ? .answer(status, headers, to: "HEAD")
        : .answer(200, [("Content-Type", "\(MediaType.ociIndex); charset=x")], index)
    }
    let found = try await makeClient().head(try server.reference())
    #expect(
      found == ManifestDescriptor(digest: digestOfIndex, mediaType: MediaType.ociIndex, size: Int64(index.utf8.count)))
    #expect(server.requests.map(\.method) == ["HEAD", "GET"])
  }

  /// https://github.com/containerd/containerd/issues/6684, https://github.com/containrrr/watchtower/issues/667
  @Test("Where HEAD is refused and GET works, GET is asked from then on", arguments: [400, 403, 404, 500])
  func headThatDoesNotWork(status: Int) async throws {
    let index = index
    let server = try LoopbackServer { request in
      request.method == "HEAD"
        ? .answer(status, to: "HEAD") : .answer(200, [("Content-Type", MediaType.ociIndex)], index)
    }
    let client = makeClient()
    #expect(try await client.head(try server.reference("a:1")).digest == digestOfIndex)
    let first = server.requests.count
    #expect(try await client.head(try server.reference("b:2")).digest == digestOfIndex)
    #expect(server.log.dropFirst(first) == ["GET /v2/b/manifests/2"])
  }

  @Test("What GET refuses as well is believed of HEAD from then on")
  func headThatTells() async throws {
    let server = try LoopbackServer { request in
      request.path == "/v2/" ? .answer(200) : .answer(404, to: request.method)
    }
    let client = makeClient()
    for tag in ["1", "2", "3"] {
      let error = await #expect(throws: RegistryError.self) { try await client.head(try server.reference("a:\(tag)")) }
      #expect(error?.kind == .notFound)
    }
    #expect(
      server.log == [
        "HEAD /v2/a/manifests/1", "GET /v2/", "GET /v2/a/manifests/1", "HEAD /v2/a/manifests/2",
        "HEAD /v2/a/manifests/3",
      ])
  }

  /// https://github.com/containerd/containerd/issues/3291, https://github.com/sapcc/keppel/issues/522
  @Test(
    "A registry that hides what there is, and says at /v2/ only what it wants, is signed in to",
    arguments: [401, 403, 404], ["Basic realm=x", "Bearer realm=\"TOKENS\",service=\"s\""])
  func challengeAtTheRootOnly(status: Int, challenge: String) async throws {
    let tokens = try LoopbackServer { request in
      request.headers["authorization"] == nil ? .answer(401) : .answer(200, [], #"{"token": "t", "expires_in": 300}"#)
    }
    let challenge = challenge.replacing("TOKENS", with: "\(tokens.url)/token")
    let server = try LoopbackServer { request in
      if request.headers["authorization"] != nil { return .answer(200, manifestHeaders(), to: request.method) }
      return request.path == "/v2/"
        ? .answer(401, [("WWW-Authenticate", challenge)]) : .answer(status, to: request.method)
    }
    let client = makeClient(.basic(username: "me", password: "p"))
    #expect(try await client.head(try server.reference("a:1")).digest.description == digestA)
    #expect(server.log == ["HEAD /v2/a/manifests/1", "GET /v2/", "HEAD /v2/a/manifests/1"])
    #expect(try await client.head(try server.reference("a:2")).digest.description == digestA)
    #expect(server.log.dropFirst(3) == ["HEAD /v2/a/manifests/2"])
    if challenge.hasPrefix("Bearer") {
      #expect(tokens.requests.first?.target.contains("scope=repository%3Aa%3Apull") == true)
    }
  }

  @Test(
    "A manifest that is none, or is not what it claims to be, is never taken for an answer",
    arguments: [
      ("<html>Sign in to the hotel network</html>", "text/html", nil, false), ("", "", nil, false),
      ("[]", "", nil, false), ("{}", "", nil, false), (#"{"schemaVersion": 2}"#, MediaType.ociManifest, digestA, false),
      (String(repeating: "[", count: 200_000), MediaType.ociIndex, nil, false),
      (String(repeating: #"{"a":"#, count: 200_000), MediaType.ociIndex, nil, false),
      (#"{"schemaVersion": 1}"#, MediaType.dockerSchema1Signed, nil, false),
      (#"{"schemaVersion": 1}"#, MediaType.dockerSchema1Signed, digestA, true),
      (#"{"schemaVersion": 2, "manifests": [{"digest": "../x", "size": 1}]}"#, MediaType.ociIndex, nil, false),
    ])
  func checksManifests(body: String, type: String, digest: String?, isGood: Bool) async throws {
    let server = try LoopbackServer { request in
      guard request.method == "GET" else { return .answer(405, to: "HEAD") }
      return .answer(200, [("Content-Type", type)] + (digest.map { [("Docker-Content-Digest", $0)] } ?? []), body)
    }
    let client = makeClient()
    if isGood {
      #expect(try await client.head(try server.reference()).digest.description == digest)
    } else {
      let error = await #expect(throws: RegistryError.self) { try await client.head(try server.reference()) }
      #expect(error?.kind == .invalidAnswer, "\(error?.description ?? "")")
    }
  }

  @Test func aReferenceByDigestIsAskedForByDigestAndAnsweredWithNoOther() async throws {
    let server = try LoopbackServer { .answer(200, manifestHeaders(digestA), to: $0.method) }
    let client = makeClient()
    #expect(try await client.head(try server.reference("x:t@\(digestA)")).digest.description == digestA)
    #expect(server.log == ["HEAD /v2/x/manifests/\(digestA)"])
    let error = await #expect(throws: RegistryError.self) {
      try await client.head(try server.reference("x@\(digestB)"))
    }
    #expect(error?.kind == .invalidAnswer)
  }

  @Test func aReferenceWithoutTagAndDigestIsNotAsked() async throws {
    let server = try LoopbackServer { _ in .answer() }
    let error = await #expect(throws: RegistryError.self) { try await makeClient().head(try server.reference("x")) }
    #expect(error?.kind == .incompleteReference)
    #expect(server.requests.isEmpty)
  }

  @Test func aManifestIsReadWithItsPartsAndPlatforms() async throws {
    let index = """
      {"schemaVersion": 2, "mediaType": "x", "annotations": {"a": 1}, "manifests": [
        {"digest": "\(digestA)", "size": 5, "mediaType": "m", "platform": {"os": "linux", "architecture": "arm64",
         "variant": "v8", "os.features": ["x"]}, "unknown": null},
        {"digest": "\(digestB)", "size": -6}]}
      """
    let image = """
      {"schemaVersion": 2, "config": {"digest": "\(digestA)", "size": 1, "mediaType": "c"},
       "layers": [{"digest": "\(digestB)", "size": 99999999999, "mediaType": "l"}]}
      """
    let server = try LoopbackServer { .answer(200, [], $0.path.hasSuffix("index") ? index : image) }
    let client = makeClient()
    let (descriptor, manifest) = try await client.manifest(try server.reference("x:index"))
    #expect(descriptor.digest == .sha256(of: Array(index.utf8)))
    guard case .index(let children) = manifest else {
      Issue.record("no index: \(manifest)")
      return
    }
    #expect(children.map(\.digest.description) == [digestA, digestB])
    #expect(children.map(\.platform?.description) == ["linux/arm64/v8", nil])
    #expect(children.map(\.size) == [5, 0])
    guard case .image(let config, let layers, _) = try await client.manifest(try server.reference("x:image")).1 else {
      Issue.record("no image")
      return
    }
    #expect(config.size == 1)
    #expect(layers.map(\.size) == [99_999_999_999])
  }

  @Test func aManifestBeyondTheLimitIsRefused() async throws {
    let server = try LoopbackServer { _ in
      [.raw("HTTP/1.1 200 OK\r\n\r\n"), .endless([UInt8](repeating: 0x20, count: 65536))]
    }
    let error = await #expect(throws: RegistryError.self) { try await makeClient().manifest(try server.reference()) }
    #expect(error?.kind == .invalidAnswer)
    #expect(error?.reason.contains("too large") == true)
  }
}
