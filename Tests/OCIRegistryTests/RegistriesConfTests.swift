import HTTP
import Support
import TestSupport
import Testing

@testable import OCIRegistry

/// What counts is what skopeo does: pkg/sysregistriesv2 of containers/image, at 5.22 and since.
@Suite struct RegistriesConfTests {
  private static let conf = RegistriesConf(rules: [
    .init(prefix: "docker.io", location: "docker.io", mirrors: [.init("mirror.lan/hub", isInsecure: true)]),
    .init(prefix: "docker.io/library", location: "other.example:5000/lib"),
    .init(
      prefix: "d.example", location: "d.example", mirrors: [.init("digests.lan/d")], mirrorsDigestsOnly: true),
    .init(
      prefix: "u.example/ns", location: "u.example/ns",
      mirrors: [.init("one.lan", use: .digests), .init("two.lan", use: .tags), .init("three.lan", use: .all)]),
    .init(prefix: "*.wild.example", location: ""), .init(prefix: "*.led.example", location: "led.lan"),
    .init(prefix: "b.example", location: "b.example", isBlocked: true, mirrors: [.init("open.lan")], file: "b.conf"),
    .init(prefix: "virtual.example", location: "real.lan", isInsecure: true, isBlocked: true, file: "v.conf"),
    .init(prefix: "short.example", location: "docker.io"),
  ])

  private static let digest = "@sha256:" + String(repeating: "0a", count: 32)

  @Test(
    "An image is looked for where skopeo looks, mirrors first",
    arguments: [
      ("quay.io/a/b:1", ["quay.io/a/b:1"]), ("docker.io/a/b:1", ["mirror.lan/hub/a/b:1", "docker.io/a/b:1"]),
      // The longest prefix counts, and no other.
      ("alpine:3", ["other.example:5000/lib/alpine:3"]), ("docker.io/librarian/x:1", nil),
      ("d.example/x:1", ["d.example/x:1"]),
      ("d.example/x\(digest)", ["digests.lan/d/x\(digest)", "d.example/x\(digest)"]),
      ("u.example/ns/x:1", ["two.lan/x:1", "three.lan/x:1", "u.example/ns/x:1"]),
      ("u.example/ns/x\(digest)", ["one.lan/x\(digest)", "three.lan/x\(digest)", "u.example/ns/x\(digest)"]),
      ("u.example/nsx/x:1", ["u.example/nsx/x:1"]), ("u.example/x:1", ["u.example/x:1"]),
      ("a.b.wild.example/x:1", ["a.b.wild.example/x:1"]), ("a.led.example:5000/x:1", ["led.lan:5000/x:1"]),
      ("led.example/x:1", ["led.example/x:1"]), ("a.led.example/x/y:1", ["led.lan/x/y:1"]),
      ("q.example/a.led.example/x:1", ["q.example/a.led.example/x:1"]),
      // The manual calls it unintended that a port may follow.
      ("d.example:5000/x:1", ["d.example:5000/x:1"]), ("virtual.example/x:1", ["real.lan/x:1"]),
    ] as [(String, [String]?)])
  func locations(image: String, expected: [String]?) throws {
    let reference = try ImageReference(image)
    let found = try? Self.conf.locations(of: reference, for: .pull).map(\.reference.description)
    #expect(found == (expected ?? ["mirror.lan/hub/librarian/x:1", "docker.io/librarian/x:1"]))
    #expect(try Self.conf.locations(of: reference, for: .push).map(\.reference) == [reference])
  }

  @Test("What is blocked and what is insecure is told of each location, by what stands there in truth")
  func flags() throws {
    func pull(_ image: String) throws -> [ImageLocation] {
      try Self.conf.locations(of: ImageReference(image), for: .pull)
    }
    #expect(try pull("a/b:1").map(\.isInsecure) == [true, false])
    #expect(try pull("b.example/x:1").map(\.blockedBy) == [nil, "b.conf"])
    // Blocked is the name, and what it leads to is not.
    #expect(try pull("virtual.example/x:1").map(\.blockedBy) == [nil])
    #expect(try pull("virtual.example/x:1").map(\.isInsecure) == [true])
    let push = try Self.conf.locations(of: ImageReference("virtual.example/x:1"), for: .push)
    #expect(push.map(\.blockedBy) == ["v.conf"] && push.map(\.isInsecure) == [true])
    let fault = #expect(throws: MachineFileFault.self) { try pull("short.example/x:1") }
    #expect(fault?.description.contains("docker.io/x:1, which is not the full name of an image") == true)
    #expect(try pull("short.example/library/x:1").map(\.reference.familiar) == ["x:1"])
  }

  @Test("A later file changes what it names, and leaves the rest")
  func merges() {
    var conf = RegistriesConf(
      rules: [.init(prefix: "a", location: "a"), .init(prefix: "b", location: "b"), .init(prefix: "b", location: "c")],
      credentialHelpers: ["one"])
    #expect(conf.rules["b"]?.location == "b", "of two with one prefix in a file the first counts")
    conf.merge(RegistriesConf(rules: [.init(prefix: "b", location: "d")]))
    #expect(conf.rules.mapValues(\.location) == ["a": "a", "b": "d"])
    #expect(conf.credentialHelpers == ["one"])
  }

  @Test("The files are read again when what was read is old, and not at each look")
  func rereading() throws {
    for (age, reads) in [(Duration.seconds(86_400), 1), (.zero, 3)] {
      let count = Counter()
      let machine = MachineRegistries(age: age) {
        .success(RegistriesConf(rules: [.init(prefix: "\(count.next()).example", location: "x.example")]))
      }
      let last = try (1...3).map { _ in try machine.current() }.last
      #expect(last?.rules.keys.sorted() == ["\(reads).example"])
    }
  }

  // MARK: - Asking

  private func client(
    _ conf: RegistriesConf, secure: Set<String> = [], transport: any HTTPTransport = sharedTransport
  ) -> RegistryClient {
    var configuration = RegistryConfiguration(
      secureRegistries: secure,
      retry: HTTPRetryPolicy(attempts: 1, backoff: Backoff(base: .milliseconds(1), limit: .milliseconds(1))))
    configuration.machine = MachineRegistries(conf)
    configuration.mirrorPause = .seconds(3600)
    return RegistryClient(transport: transport, credentials: AnonymousAccess(), configuration: configuration)
  }

  private func server(_ answer: @escaping @Sendable (Request) -> (Int, String)) throws -> LoopbackServer {
    try LoopbackServer { request in
      let (status, digest) = answer(request)
      return .answer(status, status == 200 ? manifestHeaders(digest) : [], to: request.method)
    }
  }

  @Test("A mirror that has the image is asked alone, one that does not leads on, and a destination is asked itself")
  func mirrors() async throws {
    let mirror = try server { $0.path.contains("/only/") ? (200, digestB) : (404, "") }
    let own = try server { _ in (200, digestA) }
    let client = client(
      RegistriesConf(rules: [
        .init(prefix: "r.example", location: own.host, mirrors: [.init("\(mirror.host)/cache")])
      ]))
    let (there, elsewhere) = (try ImageReference("r.example/only/x:1"), try ImageReference("r.example/y:1"))
    #expect(try await client.head(there, for: .pull).digest.description == digestB)
    #expect(own.log.isEmpty)
    #expect(mirror.log == ["HEAD /v2/cache/only/x/manifests/1"])
    #expect(try await client.head(elsewhere, for: .pull).digest.description == digestA)
    #expect(own.log == ["HEAD /v2/y/manifests/1"])
    #expect(client.detour(of: there)?.map(\.reference.registry) == [mirror.host, own.host])
    #expect(try client.detour(of: own.reference()) == nil)
    #expect(try await client.head(try own.reference("z:1")).digest.description == digestA)
  }

  @Test("An image that its own location does not have is not missing while a mirror cannot be asked")
  func unknown() async throws {
    let own = try server { _ in (404, "") }
    let broken = try server { _ in (403, "") }
    let reference = try ImageReference("r.example/x:1")
    func look(_ mirror: String) async -> RegistryError? {
      await #expect(throws: RegistryError.self) {
        try await client(
          RegistriesConf(rules: [.init(prefix: "r.example", location: own.host, mirrors: [.init(mirror)])])
        ).head(reference, for: .pull)
      }
    }
    let unknown = try #require(await look(broken.host))
    #expect(unknown.kind == .denied)
    #expect(unknown.description.contains("registries.conf redirects r.example/x:1 there"))
    #expect(await look("\(own.host)/m")?.kind == .notFound)
  }

  @Test("A location that is filled from here is passed over, and one that leads to nothing else is told")
  func besides() async throws {
    let mirror = try server { _ in (200, digestB) }
    let own = try server { _ in (200, digestA) }
    let reference = try ImageReference("r.example/x:1")
    let mirrored = client(
      RegistriesConf(rules: [.init(prefix: "r.example", location: own.host, mirrors: [.init(mirror.host)])]))
    #expect(try await mirrored.head(reference, for: .pull).digest.description == digestB)
    let found = try await mirrored.head(reference, for: .pull, besides: ["\(mirror.host)/x"])
    #expect(found.digest.description == digestA)
    let circle = client(RegistriesConf(rules: [.init(prefix: "r.example", location: own.host)]))
    let error = await #expect(throws: RegistryError.self) {
      try await circle.head(reference, for: .pull, besides: ["\(own.host)/x"])
    }
    #expect(error?.kind == .machine && error?.description.contains("its own destination") == true)
  }

  @Test("A mirror that cannot be reached is not waited for at each image")
  func unreachableMirror() async throws {
    let own = try server { _ in (200, digestA) }
    let dead = ServerTransport(own)
    let client = client(
      RegistriesConf(rules: [.init(prefix: "r.example", location: own.host, mirrors: [.init("127.0.0.1:1")])]),
      transport: dead)
    for tag in 1...5 {
      #expect(try await client.head(ImageReference("r.example/x:\(tag)"), for: .pull).digest.description == digestA)
    }
    #expect(dead.requests.count { $0.url.contains("127.0.0.1:1/") } == 1)
    #expect(own.log.count == 5)
  }

  @Test("What is blocked is not asked, in words that name the file; its mirrors are, for tags too")
  func blocked() async throws {
    let mirror = try LoopbackServer { request in
      request.path.contains("/tags/")
        ? .answer(200, [], #"{"tags":["1","2"]}"#) : .answer(200, manifestHeaders(), to: request.method)
    }
    let own = try server { _ in (200, digestB) }
    func client(_ mirrors: [RegistriesConf.Mirror]) -> RegistryClient {
      self.client(
        RegistriesConf(rules: [
          .init(prefix: own.host, location: own.host, isBlocked: true, mirrors: mirrors, file: "/etc/r.conf")
        ]))
    }
    let error = await #expect(throws: RegistryError.self) { try await client([]).head(own.reference(), for: .pull) }
    #expect(error?.kind == .machine && error?.description.contains("/etc/r.conf blocks it") == true)
    let push = await #expect(throws: RegistryError.self) { try await client([]).head(own.reference()) }
    #expect(push?.kind == .machine)
    let mirrored = client([.init(mirror.host)])
    #expect(try await mirrored.head(own.reference(), for: .pull).digest.description == digestA)
    #expect(try await mirrored.tags(own.reference("a/b")) == ["1", "2"])
    #expect(own.log.isEmpty)
  }

  @Test("Tags are listed at the image's own location, for a mirror may know some of them only")
  func tags() async throws {
    let mirror = try LoopbackServer { _ in .answer(200, [], #"{"tags":["1"]}"#) }
    let own = try LoopbackServer { _ in .answer(200, [], #"{"tags":["1","2"]}"#) }
    let client = client(
      RegistriesConf(rules: [.init(prefix: "r.example/a", location: "\(own.host)/b", mirrors: [.init(mirror.host)])]))
    #expect(try await client.tags(ImageReference("r.example/a/x")) == ["1", "2"])
    #expect(own.log == ["GET /v2/b/x/tags/list"] && mirror.log.isEmpty)
  }

  @Test("An insecure registry is asked with any certificate, and in plain HTTP where it speaks no TLS; others are not")
  func insecure() async throws {
    let folder = try TemporaryFolder()
    let certificate = try CertificateAuthority(in: folder).issue(for: "DNS:other.example")
    let tls = try DockerRegistry(DockerRegistry.Options(certificate: certificate))
    let plain = try DockerRegistry()
    for registry in [tls, plain] {
      func look(insecure: Bool) async -> RegistryError? {
        await #expect(throws: RegistryError.self) {
          try await client(
            RegistriesConf(rules: [.init(prefix: "r.example", location: registry.host, isInsecure: insecure)]),
            secure: [registry.host]
          ).head(ImageReference("r.example/x:1"), for: .pull)
        }
      }
      // It answers that there is no such image.
      #expect(await look(insecure: true)?.kind == .notFound)
      #expect(await look(insecure: false)?.kind == .unreachable)
    }
  }

  @Test("A file that cannot be used says so of what is read, and not of what is written")
  func broken() async throws {
    let own = try server { _ in (200, digestA) }
    var configuration = RegistryConfiguration()
    configuration.machine = MachineRegistries { .failure(MachineFileFault("/etc/r.conf, line 3: no")) }
    let client = RegistryClient(
      transport: sharedTransport, credentials: AnonymousAccess(), configuration: configuration)
    let error = await #expect(throws: RegistryError.self) { try await client.head(own.reference(), for: .pull) }
    #expect(error?.kind == .machine && error?.description.contains("/etc/r.conf, line 3: no") == true)
    #expect(try await client.head(own.reference()).digest.description == digestA)
  }

  // MARK: - Policy

  @Test(
    "The narrowest scope of a policy decides, and all that it asks for must be met",
    arguments: [
      ("docker.io/library/alpine:3", SignaturePolicy.Judgement.rejected), ("quay.io/a/b:1", .accepted),
      ("quay.io/a/c:1", .signed("signedBy")), ("a.lan:5000/x:1", .rejected), ("lan/x:1", .rejected),
      ("deep.er.lan/x:1", .rejected), ("gcr.io/x/y:1", .accepted), ("gcr.io/z:1", .rejected),
    ])
  func policy(image: String, expected: SignaturePolicy.Judgement) throws {
    let policy = SignaturePolicy(
      file: "", others: [.nothing],
      scopes: [
        "quay.io/a": [.anything, .signature("signedBy")], "quay.io/a/b": [.anything], "*.lan": [.anything, .nothing],
        "gcr.io/x": [.anything],
      ])
    #expect(policy.judgement(of: try ImageReference(image)) == expected)
  }

  @Test("A scope for all images of registries goes before the default")
  func everyImage() throws {
    let policy = SignaturePolicy(file: "", others: [.nothing], scopes: ["": [.anything]])
    #expect(policy.judgement(of: try ImageReference("a.example/x:1")) == .accepted)
  }
}
