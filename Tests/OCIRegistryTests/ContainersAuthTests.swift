import FoundationEssentials
import TestSupport
import Testing

@testable import OCIRegistry

private func auth(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

private func basic(_ username: String, _ password: String) -> RegistryCredential {
  .basic(username: username, password: password)
}

@Suite struct ContainersAuthTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(
    "Files are looked into in skopeo's order; a named one is the only one",
    arguments: [
      (["REGISTRY_AUTH_FILE": "/r", "HOME": "/h"], nil, ["/r"]),
      (["REGISTRY_AUTH_FILE": "/r"], "/given", ["/given"]),
      (["HOME": "/h"], nil, ["/h/.config/containers/auth.json", "/h/.docker/config.json"]),
      (
        ["HOME": "/h", "XDG_RUNTIME_DIR": "/x", "XDG_CONFIG_HOME": "/c", "DOCKER_CONFIG": "/d"], nil,
        ["/x/containers/auth.json", "/c/containers/auth.json", "/d/config.json"]
      ),
      (["REGISTRY_AUTH_FILE": ""], nil, []),
    ] as [([String: String], String?, [String])])
  func paths(environment: [String: String], named: String?, paths: [String]) {
    #expect(ContainersAuth.paths(environment, authFile: named) == paths)
  }

  @Test(
    "The longest key that fits counts",
    arguments: [
      ("ghcr.io", "a/b/c", "deep"), ("ghcr.io", "a/b", "deep"), ("ghcr.io", "a/bb", "wide"), ("ghcr.io", "z", "host"),
      ("docker.io", "library/alpine", "hub"), ("index.docker.io", "x", "hub"), ("host.io", "x", "legacy"),
      ("port.io:5000", "x", "port"), ("UPPER.io", "x", "upper"), ("pair.io", "x", "pair"), ("other.io", "x", nil),
      ("port.io", "x", nil), ("marked.io", "x", nil), ("colon.io", "x", "colon"), ("wrapped.io", "x", "wrapped"),
    ])
  func longestKey(registry: String, repository: String, username: String?) async throws {
    let file = try folder.write(
      "auth.json",
      """
      {"auths": {
        "ghcr.io": {"auth": "\(auth("host:p"))"}, "ghcr.io/a": {"auth": "\(auth("wide:p"))"},
        "ghcr.io/a/b": {"auth": "\(auth("deep:p"))", "email": "x@example.com"},
        "https://index.docker.io/v1/": {"auth": "\(auth("hub:p"))"},
        "http://host.io/v2/": {"auth": "\(auth("legacy:p"))"},
        "port.io:5000": {"auth": "\(auth("port:p"))"}, "upper.io": {"auth": "\(auth("upper:p"))"},
        "pair.io": {"username": "pair", "password": "p"}, "marked.io": {}, "colon.io": {"auth": "\(auth("colon:a:b"))"},
        "wrapped.io": {"auth": "\(auth("wrapped:p").prefix(4))\\r\\n\(auth("wrapped:p").dropFirst(4))\\n"}
      }, "unknown": [1, 2]}
      """)
    let credential = try await ContainersAuth(environment: [:], authFile: file)
      .credential(for: registry, repository: repository)
    #expect(credential == username.map { basic($0, $0 == "colon" ? "a:b" : "p") })
  }

  @Test(
    "Docker Hub's keys count with and without scheme and version",
    arguments: [
      "docker.io", "index.docker.io", "index.docker.io/v1/", "https://index.docker.io/v1/",
      "https://registry-1.docker.io",
      "registry-1.docker.io/v2/", "https://docker.io",
    ])
  func keysOfDockerHub(key: String) async throws {
    let file = try folder.write("auth.json", #"{"auths": {"\#(key)": {"auth": "\#(auth("hub:p"))"}}}"#)
    let source = ContainersAuth(environment: [:], authFile: file)
    #expect(try await source.credential(for: "docker.io", repository: "library/alpine") == basic("hub", "p"))
  }

  @Test("Where a sign-in was looked for in vain is told, files, helpers and secrets by their names")
  func searched() async throws {
    let server = try LoopbackServer { _ in .answer(401, [("WWW-Authenticate", "Basic realm=x")], to: "HEAD") }
    try folder.write("run/containers/auth.json", #"{"auths": {}}"#)
    try folder.write("docker/config.json", #"{"credsStore": "none"}"#)
    try folder.write("bin/docker-credential-none", "#!/bin/sh\necho credentials not found; exit 1\n", mode: 0o700)
    let source = ContainersAuth(environment: [
      "XDG_RUNTIME_DIR": "\(folder.path)/run", "XDG_CONFIG_HOME": "\(folder.path)/none",
      "DOCKER_CONFIG": "\(folder.path)/docker", "PATH": "\(folder.path)/bin:/usr/bin:/bin",
    ])
    let client = RegistryClient(transport: sharedTransport, credentials: source)
    let error = await #expect(throws: RegistryError.self) { try await client.head(try server.reference()) }
    let told = error?.description.replacing(folder.path, with: "HOME") ?? ""
    #expect(
      told.hasSuffix(
        "; there is no sign-in for it in HOME/run/containers/auth.json, HOME/none/containers/auth.json (missing), HOME/docker/config.json (docker-credential-none, asked for \(server.host))"
      ), "\(told)")
    let stored = try StoredAuth(json: Array("{}".utf8), origin: "the/secret")
    #expect(await stored.searched(for: "a.io") == "the/secret")
  }

  @Test(
    "A document of another shape is no document without sign-ins",
    arguments: [
      // As ECR wants its secrets for caches: https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-secret.html
      (#"{"username": "me", "accessToken": "hunter2"}"#, "no `auths`"), (#"{"a.io": {"auth": "x"}}"#, "no `auths`"),
      (#"["a.io"]"#, "not JSON of the form"), (#"{"auths": ["a.io"]}"#, "not JSON of the form"),
      (#"{"auths": {}}"#, nil), ("{}", nil), (" { }\n", nil), ("", nil), (#"{"credHelpers": {}}"#, nil),
    ] as [(String, String?)])
  func otherShapes(text: String, reason: String?) throws {
    guard let reason else {
      _ = try StoredAuth(json: Array(text.utf8), origin: "the/secret")
      return
    }
    let error = #expect(throws: CredentialError.self) { try StoredAuth(json: Array(text.utf8), origin: "the/secret") }
    let told = error?.description ?? ""
    #expect(told.contains(reason) && told.contains(#"{"auths": {"REGISTRY": {"auth": "#) && told.contains("the/secret"))
    #expect(!told.contains("hunter2"))
  }

  @Test func theFirstFileThatKnowsTheRegistryCountsAndChangesAreSeen() async throws {
    try folder.write("run/containers/auth.json", #"{"auths": {"a.io": {"auth": "\#(auth("first:p"))"}}}"#)
    try folder.write(
      "docker/config.json",
      #"{"auths": {"a.io": {"auth": "\#(auth("second:p"))"}, "b.io": {"auth": "\#(auth("docker:p"))"}}}"#)
    let source = ContainersAuth(environment: [
      "XDG_RUNTIME_DIR": "\(folder.path)/run", "DOCKER_CONFIG": "\(folder.path)/docker", "HOME": "/nowhere",
    ])
    #expect(try await source.credential(for: "a.io", repository: "x") == basic("first", "p"))
    #expect(try await source.credential(for: "b.io", repository: "x") == basic("docker", "p"))
    try folder.write("run/containers/auth.json", #"{"auths": {"b.io": {"auth": "\#(auth("later-one:p"))"}}}"#)
    #expect(try await source.credential(for: "a.io", repository: "x") == basic("second", "p"))
    #expect(try await source.credential(for: "b.io", repository: "x") == basic("later-one", "p"))
  }

  @Test(
    "A broken file is named, with the reason and without its content",
    arguments: [
      ("{", "JSON"), (#"{"auths": []}"#, "JSON"), (#"{"auths": {"a.io": {"auth": "c2VjcmV0"}}}"#, "a.io"),
      (#"{"auths": {"a.io": {"auth": "secret!"}}}"#, "a.io"),
      (#"{"auths": {"a.io": {"username": "a:b", "password": "secret"}}}"#, "a user name with a colon"),
      (String(repeating: " ", count: 2 << 20), "large"),
    ])
  func broken(text: String, reason: String) async throws {
    let file = try folder.write("auth.json", text)
    let source = ContainersAuth(environment: [:], authFile: file)
    let error = await #expect(throws: CredentialError.self) {
      _ = try await source.credential(for: "a.io", repository: "x")
    }
    #expect(error?.description.contains(file) == true)
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("secret") == false)
  }

  @Test func aFolderInTheFilesPlaceIsAnErrorAndAMissingOrEmptyFileIsNone() async throws {
    await #expect(throws: CredentialError.self) {
      _ = try await ContainersAuth(environment: [:], authFile: folder.path).credential(for: "a.io", repository: "x")
    }
    for file in ["\(folder.path)/none", try folder.write("empty", "")] {
      let source = ContainersAuth(environment: [:], authFile: file)
      #expect(try await source.credential(for: "a.io", repository: "x") == nil)
    }
  }

  @Test func theFileForAChildReadsBackAsTheSameCredentials() async throws {
    let credentials = [
      "a.io/some/place": basic("me", "p:w"), "b.io": .identityToken("t\"\\"), "docker.io": basic("h", ""),
    ]
    let file = try folder.write(
      "auth.json", String(decoding: ContainersAuth.authFileJSON(for: credentials), as: UTF8.self))
    let source = ContainersAuth(environment: [:], authFile: file)
    #expect(try await source.credential(for: "a.io", repository: "some/place/x") == credentials["a.io/some/place"])
    #expect(try await source.credential(for: "a.io", repository: "else") == nil)
    #expect(try await source.credential(for: "b.io", repository: "x") == credentials["b.io"])
    #expect(try await source.credential(for: "docker.io", repository: "x") == credentials["docker.io"])
    #expect(String(decoding: ContainersAuth.authFileJSON(for: [:]), as: UTF8.self) == #"{"auths":{}}"#)
  }

  @Test func noDescriptionOfACredentialShowsItsSecret() {
    for credential in [basic("user", "hunter2"), .identityToken("hunter2")] {
      var dumped = ""
      dump(credential, to: &dumped)
      #expect(!"\(credential) \(String(reflecting: credential)) \(dumped) \([credential])".contains("hunter2"))
    }
  }
}
