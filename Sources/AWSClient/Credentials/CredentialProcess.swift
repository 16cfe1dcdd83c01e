import FoundationEssentials
import Subprocess
import Support
import SystemPackage

/// A program that prints a key: `credential_process`. It is started as it is written, without a shell.
struct CredentialProcess: Sendable, Hashable, Confidential {
  let profile: String
  /// `FILE, line N`
  let location: String
  /// The program and its arguments, which may be secret.
  private let words: [String]

  /// - Throws: where the line is no command.
  init(_ property: INIFile.Property, profile: String) throws(AWSCredentialError) {
    self.profile = profile
    location = property.location
    guard let words = ShellWords.split(property.value), let program = words.first, !program.isEmpty,
      words.allSatisfy({ !$0.contains("\0") })
    else {
      throw AWSCredentialError(
        .invalid,
        "\(location): credential_process of the profile '\(profile)' is not a valid command: is a quote not closed?")
    }
    self.words = words
  }

  private var source: String { "the credential_process of the profile '\(profile)' (\(location))" }

  func run(_ environment: Variables, timeout: Duration) async throws(AWSCredentialError) -> AWSCredentials {
    let output = try await output(environment, timeout)
    let document = try CredentialDocument(Array(output.utf8), from: source)
    guard document.version == 1 else {
      throw AWSCredentialError(.invalid, "\(source) did not answer in version 1 of the format, the only supported one")
    }
    return try document.credentials(from: source)
  }

  private func output(_ environment: Variables, _ timeout: Duration) async throws(AWSCredentialError) -> String {
    let program = environment.expandingHome(words[0])
    let search = SearchPath(environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin")
    guard let path = search.path(of: program) else {
      throw AWSCredentialError(.unavailable, "\(source) cannot be run: its program is not installed, or not in PATH")
    }
    let result: Result<(TerminationStatus, String)?, any Error> = await Self.within(timeout) {
      try await Self.run(path, Array(words.dropFirst()), environment)
    }
    switch result {
    case .success((.exited(0), let output)?): return output
    case .success((let status, _)?):
      throw AWSCredentialError(
        .unavailable, "\(source) failed: it exited with \(status); run its command yourself to see why")
    case .success(nil):
      throw AWSCredentialError(.unavailable, "\(source) did not answer within \(timeout.brief)")
    case .failure(let error):
      if Task.isCancelled { throw .cancelled }
      throw AWSCredentialError(.unavailable, "\(source) \(Self.reason(error))")
    }
  }

  private static func run(
    _ path: String, _ arguments: [String], _ environment: Variables
  ) async throws -> (TerminationStatus, String) {
    var options = PlatformOptions()
    // A group of its own, so that what it started goes with it when it is given up.
    options.createSession = true
    options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(1))]
    let variables = environment.all.map { name, value in (Environment.Key(stringLiteral: name), value) }
    let result = try await Subprocess.run(
      .path(FilePath(path)), arguments: Arguments(arguments),
      environment: .custom(Dictionary(variables) { first, _ in first }), platformOptions: options, input: .none,
      output: .string(limit: 64 << 10), error: .discarded)
    return (result.terminationStatus, result.standardOutput)
  }

  /// The outcome of `body`, or nil when it took too long and was cancelled.
  private static func within<Value: Sendable>(
    _ timeout: Duration, _ body: @escaping @Sendable () async throws -> Value
  ) async -> Result<Value?, any Error> {
    await withTaskGroup(of: Result<Value?, any Error>.self) { group in
      group.addTask {
        do { return .success(try await body()) } catch { return .failure(error) }
      }
      group.addTask {
        do {
          try await Task.sleep(for: timeout)
          return .success(nil)
        } catch {
          return .failure(error)
        }
      }
      defer { group.cancelAll() }
      return await group.next() ?? .success(nil)
    }
  }

  private static func reason(_ error: any Error) -> String {
    guard let error = error as? SubprocessError else { return "could not be run" }
    return switch error.code {
    case .executableNotFound: "cannot be run: its program is not installed, or not in PATH"
    case .outputLimitExceeded: "wrote more than 64 KiB"
    default: "could not be run; run its command yourself to see why"
    }
  }
}
