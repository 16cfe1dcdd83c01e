import FoundationEssentials
import Subprocess
import Support
import SystemPackage

/// A program that knows secrets: `docker-credential-NAME get`, the registry on its standard input.
struct CredentialHelper: Sendable {
  /// The program's whole name.
  let program: String
  private let environment: [String: String]
  private let timeout: Duration

  /// - Parameter name: What follows `docker-credential-` in the program's name.
  init(_ name: String, environment: [String: String], timeout: Duration) throws(CredentialError) {
    program = Self.program(name)
    self.environment = environment
    self.timeout = timeout
    guard !name.isEmpty, name.utf8.count <= 100, name.utf8.allSatisfy({ isAlphanumeric($0) || "._-".utf8.contains($0) })
    else { throw CredentialError(helper: program, "has an invalid name") }
  }

  static func program(_ name: String) -> String { "docker-credential-\(name)" }

  /// The credential for a server, nil where the helper knows none.
  func get(_ server: String) async throws -> RegistryCredential? {
    let ended = try await run(server)
    if case .exited(0) = ended.status { return try read(ended.output) }
    // The one failure that is an answer; helpers write it to their standard output.
    if ended.output.lowercased().contains("credentials not found") { return nil }
    throw CredentialError(helper: program, "failed for \(server): \(ended.words)")
  }

  /// What became of the program.
  private struct Ended: Sendable {
    let status: TerminationStatus
    let output: String
    let errors: String

    /// Why it failed, in its own words where it has some that are no answer.
    var words: String {
      let said = [errors, output].map(\.trimmedOfBlanks).first { !$0.isEmpty && !$0.contains("\"Secret\"") }
      let status =
        switch status {
        case .exited(let code): "exit code \(code)"
        case .signaled(let signal): "signal \(signal)"
        }
      return said.map { "\($0.cleaned.shortened(to: 200)) (\(status))" } ?? "it exited with \(status) without output"
    }
  }

  private func run(_ server: String) async throws -> Ended {
    let environment = Environment.custom(
      Dictionary(
        self.environment.map { name, value in (Environment.Key(stringLiteral: name), value) },
        uniquingKeysWith: { first, _ in first }))
    do {
      return try await withThrowingTaskGroup(of: Ended?.self) { group in
        group.addTask { [program] in
          // No pipe: a helper may end without reading it.
          let input = FileDescriptor(rawValue: try MemoryFile.make("registry", holding: Array(server.utf8)))
          let result = try await Subprocess.run(
            .name(program), arguments: ["get"], environment: environment,
            input: .fileDescriptor(input, closeAfterSpawningProcess: true), output: .string(limit: 65536),
            error: .string(limit: 65536))
          return Ended(
            status: result.terminationStatus, output: result.standardOutput, errors: result.standardError)
        }
        group.addTask { [timeout] in
          try await Task.sleep(for: timeout)
          return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let first else {
          throw CredentialError(helper: program, "did not answer within \(timeout.brief)")
        }
        return first
      }
    } catch let error as SubprocessError {
      if Task.isCancelled { throw CancellationError() }
      let reason =
        switch error.code {
        case .executableNotFound: "is not installed, or not in PATH"
        case .outputLimitExceeded: "wrote more than 64 KiB"
        default: "could not be run: \(error)"
        }
      throw CredentialError(helper: program, reason)
    }
  }

  private func read(_ output: String) throws(CredentialError) -> RegistryCredential? {
    struct Answer: Decodable {
      var Username: String
      var Secret: String
    }
    guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(output.utf8)) else {
      throw CredentialError(helper: program, "did not answer with a user name and a secret")
    }
    if answer.Secret.isEmpty { return nil }
    if answer.Username == "<token>" { return .identityToken(answer.Secret) }
    guard RegistryCredential.isUsable(username: answer.Username) else {
      throw CredentialError(helper: program, "answered with a user name with a colon, which sign-in does not allow")
    }
    return .basic(username: answer.Username, password: answer.Secret)
  }
}
