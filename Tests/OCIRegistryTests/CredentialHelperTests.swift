import OCIRegistry
import TestSupport
import Testing

@Suite struct CredentialHelperTests {
  let folder: TemporaryFolder
  let environment: [String: String]

  init() throws {
    folder = try TemporaryFolder()
    environment = ["PATH": "\(folder.path)/bin:/usr/bin:/bin", "MARK": "\(folder.path)/calls", "HOME": folder.path]
  }

  /// A source whose file names the helper `test` for `a.io`, and for everything else a store of the same name.
  private func source(_ script: String, timeout: Duration = .seconds(300)) throws -> ContainersAuth {
    try folder.write(
      "bin/docker-credential-test", "#!/bin/sh\nread -r host; echo \"$1 $host\" >> \"$MARK\"\n\(script)\n", mode: 0o700)
    let file = try folder.write("auth.json", #"{"credHelpers": {"a.io": "test"}, "credsStore": "test"}"#)
    return ContainersAuth(environment: environment, authFile: file, helperTimeout: timeout)
  }

  @Test func aHelperIsAskedOnceForManyAndToldTheHostOnItsStandardInput() async throws {
    let source = try source(#"echo '{"ServerURL": "x", "Username": "me", "Secret": "s"}'"#)
    try await withThrowingTaskGroup(of: RegistryCredential?.self) { group in
      for index in 0..<20 {
        group.addTask { try await source.credential(for: "a.io", repository: "x\(index)") }
      }
      for try await credential in group { #expect(credential == .basic(username: "me", password: "s")) }
    }
    #expect(try await source.credential(for: "docker.io", repository: "x") != nil)
    #expect(folder.read("calls") == "get a.io\nget docker.io\n")
  }

  @Test(
    "Docker Hub's sign-in is found under whatever name it was stored, the file's own first",
    arguments: [
      ("config.json", "https://index.docker.io/v1/", 1), ("config.json", "docker.io", 2),
      ("auth.json", "docker.io", 1), ("auth.json", "https://index.docker.io/v1/", 2),
      ("auth.json", "index.docker.io", 3), ("config.json", "registry-1.docker.io", 4),
    ])
  func namesOfDockerHub(file: String, stored: String, asked: Int) async throws {
    try folder.write(
      "bin/docker-credential-test",
      """
      #!/bin/sh
      read -r host; echo "$host" >> "$MARK"
      [ "$host" = "\(stored)" ] || { echo "credentials not found in native keychain"; exit 1; }
      echo '{"Username": "me", "Secret": "s"}'

      """, mode: 0o700)
    let path = try folder.write(file, #"{"credHelpers": {"docker.io": "test"}}"#)
    let source = ContainersAuth(environment: environment, authFile: path)
    #expect(try await source.credential(for: "docker.io", repository: "x") == .basic(username: "me", password: "s"))
    #expect(folder.read("calls")?.split(separator: "\n").count == asked)
  }

  @Test("A helper that takes no name but an address is asked for the address all the same")
  func refusedNames() async throws {
    let source = try source(
      #"case "$host" in https*) echo '{"Username": "me", "Secret": "s"}';; *) echo bad address >&2; exit 2;; esac"#)
    #expect(try await source.credential(for: "docker.io", repository: "x") == .basic(username: "me", password: "s"))
    let error = await #expect(throws: CredentialError.self) {
      try await source.credential(for: "a.io", repository: "x")
    }
    #expect(error?.description.contains("bad address") == true)
  }

  @Test func aTokenUserMeansAnIdentityToken() async throws {
    let source = try source(#"echo '{"Username": "<token>", "Secret": "s"}'"#)
    #expect(try await source.credential(for: "a.io", repository: "x") == .identityToken("s"))
  }

  @Test func notFoundMeansNone() async throws {
    let source = try source("echo 'credentials not found in native keychain'; exit 1")
    #expect(try await source.credential(for: "a.io", repository: "x") == nil)
  }

  @Test(
    "A failing helper is named, with its words where they hold no answer",
    arguments: [
      // https://github.com/containers/skopeo/issues/1749
      ("echo 'no session bus' >&2; exit 3", "docker-credential-test failed for a.io: no session bus (exit code 3)"),
      (
        "echo 'the vault is locked'; exit 1",
        "docker-credential-test failed for a.io: the vault is locked (exit code 1)"
      ),
      (#"echo '{"Username": "a", "Secret": "hunter2"}'; exit 3"#, "it exited with exit code 3 without output"),
      ("echo password=hunter2 >&2; exit 1", "docker-credential-test failed for a.io: password=***"),
      ("echo hunter2", "did not answer with a user name"),
      (#"echo '{"Secret": "hunter2"}'"#, "did not answer with a user name"),
      (#"echo '{"Username": "a:b", "Secret": "hunter2"}'"#, "a user name with a colon"),
      ("head -c 100000 /dev/zero | tr '\\0' 'h'", "more than 64 KiB"),
      ("kill -9 $$", "docker-credential-test failed"),
    ])
  func failing(script: String, reason: String) async throws {
    let source = try source(script)
    let error = await #expect(throws: CredentialError.self) {
      _ = try await source.credential(for: "a.io", repository: "x")
    }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("hunter2") == false)
  }

  @Test("Helpers of registries.conf are asked in its order, files where it names them, and one that fails stops nobody")
  func machineHelpers() async throws {
    for (name, script) in [
      ("knows", #"echo '{"Username": "helper", "Secret": "s"}'"#), ("none", "echo credentials not found; exit 1"),
      ("broken", "exit 3"),
    ] {
      try folder.write("bin/docker-credential-\(name)", "#!/bin/sh\ncat > /dev/null\n\(script)\n", mode: 0o700)
    }
    let file = try folder.write("auth.json", #"{"auths": {"a.io": {"username": "file", "password": "s"}}}"#)
    func user(_ helpers: [String]) async throws -> RegistryCredential? {
      try await ContainersAuth(environment: environment, authFile: file) { helpers }
        .credential(for: "a.io", repository: "x")
    }
    let (fromFile, fromHelper) = (
      RegistryCredential.basic(username: "file", password: "s"),
      RegistryCredential.basic(username: "helper", password: "s")
    )
    #expect(try await user([]) == fromFile)
    #expect(try await user(["knows", ContainersAuth.inFiles]) == fromHelper)
    #expect(try await user([ContainersAuth.inFiles, "knows"]) == fromFile)
    #expect(try await user(["none", "broken", ContainersAuth.inFiles]) == fromFile)
    #expect(try await user(["none"]) == nil)
    await #expect(throws: CredentialError.self) { try await user(["none", "broken"]) }
    let searched = await ContainersAuth(environment: environment, authFile: file) { ["none"] }.searched(for: "a.io")
    #expect(searched == "docker-credential-none (of registries.conf, asked for a.io)")
  }

  @Test func aHelperThatEndsWithoutReadingIsAnError() async throws {
    try folder.write("bin/docker-credential-rude", "#!/bin/sh\nexec <&-\nexit 1\n", mode: 0o700)
    let file = try folder.write("auth.json", #"{"credHelpers": {"a.io": "rude"}}"#)
    for _ in 0..<50 {
      let source = ContainersAuth(environment: environment, authFile: file)
      let error = await #expect(throws: CredentialError.self) {
        _ = try await source.credential(for: "a.io", repository: "x")
      }
      #expect(error?.description.contains("failed for a.io: it exited with exit code 1 without output") == true)
    }
  }

  @Test func aHelperThatNeverAnswersIsGivenUp() async throws {
    let source = try source("exec sleep 1000", timeout: .milliseconds(200))
    let error = await #expect(throws: CredentialError.self) {
      _ = try await source.credential(for: "a.io", repository: "x")
    }
    #expect(error?.description.contains("did not answer within") == true)
  }

  @Test(arguments: ["nothing-of-this-name", "../bin/test", "", "a b"])
  func aHelperThatCannotBeIsAnError(name: String) async throws {
    let file = try folder.write("auth.json", #"{"credHelpers": {"a.io": "\#(name)"}}"#)
    let source = ContainersAuth(environment: environment, authFile: file)
    await #expect(throws: CredentialError.self) { _ = try await source.credential(for: "a.io", repository: "x") }
  }

  @Test func afterAFailureTheHelperIsAskedAgain() async throws {
    let source = try source(
      #"[ -e "$HOME/ok" ] || { touch "$HOME/ok"; exit 1; }; echo '{"Username": "me", "Secret": "s"}'"#)
    await #expect(throws: CredentialError.self) { _ = try await source.credential(for: "a.io", repository: "x") }
    #expect(try await source.credential(for: "a.io", repository: "x") == .basic(username: "me", password: "s"))
  }
}
