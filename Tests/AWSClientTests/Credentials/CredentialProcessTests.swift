import FoundationEssentials
import Glibc
import Support
import TestSupport
import Testing

@testable import AWSClient

/// Real programs, started as `credential_process` says.
@Suite(.timeLimit(.minutes(15))) struct CredentialProcessTests {
  let fixture: CredentialFixture

  init() throws {
    fixture = try CredentialFixture()
  }

  private func process(_ command: String) throws -> AWSCredentialSource {
    let property = INIFile.Property(location: "f, line 2", value: command)
    return .process(try CredentialProcess(property, profile: "p"))
  }

  private func run(_ command: String, timeout: Duration = .seconds(300)) async throws -> AWSCredentials {
    var fetcher = CredentialFetcher(settings: try AWSSettings(environment: fixture.environment()), transport: transport)
    fetcher.processTimeout = timeout
    let fixture = fixture
    fetcher.now = { fixture.now }
    return try await fetcher.fetch(try process(command))
  }

  private func script(_ text: String) throws {
    try fixture.folder.write("bin/keys", "#!/bin/sh\n\(text)\n", mode: 0o700)
  }

  @Test func theProgramIsStartedWithItsWordsAndNoShell() async throws {
    try script(
      """
      printf '<%s>' "$@" > "$HOME/words"
      echo '{"Version": 1, "AccessKeyId": "P", "SecretAccessKey": "s", "SessionToken": "t",'
      echo '"Expiration": "\(fixture.later(3600))"}'
      """)
    #expect(
      try await run(#"keys 'two words' "$HOME" ; | a\ b "#)
        == AWSCredentials(accessKeyID: "P", secretAccessKey: "s", sessionToken: "t", expires: fixture.now + 3600))
    #expect(fixture.folder.read("words") == "<two words><$HOME><;><|><a b>")
  }

  @Test(
    "Dates come with and without fractions and offsets, or not at all",
    arguments: [
      ("2026-11-23T21:00:00Z", 3600), ("2026-11-23T21:00:00.123456Z", 3600.123), ("2026-11-23T23:00:00+02:00", 3600),
    ])
  func dates(text: String, seconds: Double) async throws {
    try script(#"echo '{"Version": 1, "AccessKeyId": "P", "SecretAccessKey": "s", "Expiration": "\#(text)"}'"#)
    let expires = try #require(try await run("keys").expires)
    #expect(abs(expires.timeIntervalSince(fixture.now) - seconds) < 0.01)
    try script(#"echo '{"Version": 1, "AccessKeyId": "P", "SecretAccessKey": "s"}'"#)
    #expect(try await run("~/bin/keys") == AWSCredentials(accessKeyID: "P", secretAccessKey: "s"))
  }

  @Test func outputLargerThanAPipeHoldsIsReadWhileTheProgramRuns() async throws {
    try script(
      """
      printf '{"Version": 1, "AccessKeyId": "P", "SecretAccessKey": "s", "padding": "'
      head -c 60000 /dev/zero | tr '\\0' x
      echo '"}'
      head -c 1000000 /dev/zero >&2
      """)
    #expect(try await run("keys").accessKeyID == "P")
  }

  @Test(
    "A program that fails is named by its place, without its words or what it wrote",
    arguments: [
      ("echo hush; echo hush >&2; exit 3", "failed: it exited with exited(3); run its command yourself"),
      ("kill -9 $$", "failed: it exited with"),
      ("echo hush", "did not answer with credentials in JSON"),
      (#"echo '{"Version": 2, "AccessKeyId": "hush"}'"#, "did not answer in version 1"),
      (#"echo '{"AccessKeyId": "a", "SecretAccessKey": "hush"}'"#, "did not answer in version 1"),
      (#"echo '{"Version": 1, "AccessKeyId": "hush"}'"#, "a secret access key is missing"),
      (
        #"echo '{"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "hush", "Expiration": "2020"}'"#,
        "not an RFC 3339"
      ),
      ("head -c 70000 /dev/zero", "wrote more than 64 KiB"),
    ])
  func failing(text: String, sentence: String) async throws {
    try script(text)
    let error = await #expect(throws: AWSCredentialError.self) { try await run("keys --password hush") }
    #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("the profile 'p' (f, line 2)") == true)
    #expect(error?.description.contains("hush") == false)
  }

  @Test func keysThatHaveEndedAreRefused() async throws {
    try script(
      #"echo '{"Version": 1, "AccessKeyId": "P", "SecretAccessKey": "s", "Expiration": "2026-11-23T20:00:00Z"}'"#)
    let error = await #expect(throws: AWSCredentialError.self) { try await run("keys") }
    #expect(error?.kind == .expired)
  }

  @Test(
    "A program that cannot be run is an error", arguments: ["nothing-of-this-name", "/nowhere/keys", "/etc/passwd"])
  func missing(program: String) async throws {
    let error = await #expect(throws: AWSCredentialError.self) { try await run(program) }
    #expect(error?.kind == .unavailable)
    #expect(error?.description.contains("run") == true, "\(error?.description ?? "")")
  }

  @Test func aProgramThatDoesNotAnswerIsGivenUpWithAllItStarted() async throws {
    try script("trap '' TERM; sleep 1000 & echo $! > \"$HOME/child\"; echo $$ > \"$HOME/self\"; wait; sleep 1000")
    // On a busy machine the script may not have begun when the time is up.
    for seconds in [1, 4, 16, 64] where fixture.folder.read("self") == nil {
      let error = await #expect(throws: AWSCredentialError.self) { try await run("keys", timeout: .seconds(seconds)) }
      #expect(error?.description.contains("did not answer within") == true, "\(error?.description ?? "")")
    }
    for name in ["child", "self"] {
      let pid = try #require(fixture.folder.read(name).flatMap { pid_t($0.trimmedOfBlanks) })
      try await waitFor("the end of \(name)") { !isAlive(pid) }
    }
  }

  @Test func aProgramThatLeavesAnotherWithItsOutputIsNotWaitedFor() async throws {
    try script(
      """
      sleep 1000 &
      echo $! > "$HOME/child"
      echo '{"Version": 1, "AccessKeyId": "P", "SecretAccessKey": "s"}'
      """)
    // Far more than it takes, and far less than the other lives.
    let outcome = try? await run("keys", timeout: .seconds(300))
    let pid = try #require(fixture.folder.read("child").flatMap { pid_t($0.trimmedOfBlanks) })
    defer { kill(pid, SIGKILL) }
    #expect(outcome?.accessKeyID == "P")
  }

  private func isAlive(_ pid: pid_t) -> Bool {
    guard let text = try? readFile("/proc/\(pid)/stat", limit: 4096) else { return false }
    return !String(decoding: text, as: UTF8.self).contains(") Z")
  }
}
