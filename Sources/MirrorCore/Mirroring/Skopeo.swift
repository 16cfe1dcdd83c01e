import FoundationEssentials
import Glibc
import Logging
public import OCIRegistry
import ServiceLifecycle
import Subprocess
public import Support
import SystemPackage

/// Runs `skopeo copy`, the one thing that moves images.
public struct Skopeo: Sendable {
  /// Between SIGTERM and SIGKILL.
  private static let grace = Duration.seconds(10)

  /// A name on the search path, or a path.
  public let executable: String
  /// Asked only whom to trust.
  private let configuration: RegistryConfiguration
  /// What the environment names as the machine's `registries.conf`: skopeo itself heeds no variable.
  private let registriesConf: String?
  /// A program that calls `Tether.takeOver` first of all: then skopeo ends with this process, even where that is killed.
  public var tether: String?
  /// What it remembers of blobs from copy to copy; nil for where it keeps that by itself.
  public var blobs: BlobCache?
  /// Layers of an image at once; nil for skopeo's own number, which is six.
  public var layers: Int?
  /// Debian 12's skopeo 1.9 lacks it.
  private static let layersOption = "--image-parallel-copies"

  public init(
    executable: String = "skopeo", configuration: RegistryConfiguration, registriesConf: String? = nil
  ) {
    self.executable = executable
    self.configuration = configuration
    self.registriesConf = registriesConf
  }

  /// Where the program is; nil where it is nowhere.
  public var path: String? {
    SearchPath(ProcessInfo.processInfo.environment["PATH"] ?? "").path(of: executable)
  }

  /// What it says of itself: `skopeo version 1.9.3`.
  public func version() async throws -> String {
    let result = try await Subprocess.run(
      .path(FilePath(path ?? executable)), arguments: ["--version"], environment: environment([:]), input: .none,
      output: .string(limit: 4096),
      error: .discarded)
    guard result.terminationStatus.isSuccess else {
      throw MirrorError(.backend, "\(executable) --version ended with \(result.terminationStatus)")
    }
    return result.standardOutput.trimmedOfBlanks.cleaned.shortened(to: 100)
  }

  /// The number in that; nil where there is none.
  public static func number(in said: String) -> SemanticVersion? {
    said.split(separator: " ").lazy.compactMap { SemanticVersion($0) }.first
  }

  /// Copies all images of the source to the destination, and returns when every manifest is there.
  ///
  /// A shutdown of the service that this runs in reaches skopeo as SIGTERM, and as SIGKILL 10 s later; its output is
  /// read to the end all the same.
  /// - Parameters:
  ///   - route: where the source is read, and how.
  ///   - auth: the only credentials skopeo gets to see.
  ///   - environment: variables to set, over those it has anyway.
  ///   - traffic: told as which process it runs, and what it says.
  ///   - onThrottled: a registry wanted less of it; maybe told often.
  ///   - onLine: each line of skopeo's output, errors too, but for what it says for debugging.
  /// - Throws: `CopyFailure`.
  func copy(
    _ copy: ImageCopy, _ route: SkopeoRoute, auth: AuthDocument, environment: [String: String], logger: Logger,
    traffic: ProcessTraffic, onThrottled: @escaping @Sendable (String) -> Void,
    onLine: @escaping @Sendable (String) -> Void
  ) async throws(CopyFailure) {
    let (source, destination) = (copy.source, copy.destination)
    // Of an index that is refused, only the debug lines have the registry's words.
    let part = copy.isIndexOnly ? "--multi-arch=index-only" : "--all"
    var arguments = ["copy", "--debug", part, "--authfile", auth.path, "--retry-times", "3"]
    switch copy.form {
    case .preserved: arguments.append("--preserve-digests")
    case .converted: arguments += ["--format", "v2s2"]
    }
    if let layers { arguments += [Self.layersOption, "\(layers)"] }
    arguments += route.arguments
    if let registriesConf { arguments.append("--registries-conf=\(registriesConf)") }
    arguments += ["docker://\(source)", "docker://\(destination)"]
    logger.debug("starting skopeo", metadata: ["arguments": "\(arguments.joined(separator: " "))"])
    let failure = Lock(SkopeoFailure())
    let throttling = Lock(SkopeoThrottling(from: source, route.locations.map(\.reference), configuration))
    let status: TerminationStatus
    do {
      status = try await run(arguments, environment, input: auth.input, traffic: traffic) { line in
        if failure.withLock({ $0.note(line) }) { onLine(line) }
        let (mayGoOn, throttled) = throttling.withLock { ($0.note(line, now: .now), $0.throttled) }
        throttled.forEach(onThrottled)
        return mayGoOn
      }
    } catch {
      throw CopyFailure(
        .badInput, "skopeo could not be started (\(error)); install it, or set ECRMIRROR_SKOPEO to its path")
    }
    if let deferral = throttling.withLock(\.deferral) { throw CopyFailure(deferral) }
    switch status {
    case .exited(0): return
    case .exited(let code):
      // A program in Go that panics: it has no last words in its log then, as a newer skopeo has of what is not there.
      if code == 2, failure.withLock(\.reason) == nil { blobs?.drop() }
      if layers != nil, failure.withLock(\.reason)?.contains("unknown flag: \(Self.layersOption)") == true {
        throw CopyFailure(
          .badInput,
          "this skopeo has no \(Self.layersOption): take `layers` out of `worker` in the configuration, or install a newer skopeo"
        )
      }
      throw CopyFailure(
        skopeo: failure.withLock(\.reason), exit: "exit code \(code)", about: [source, destination])
    case .signaled(let signal):
      throw CopyFailure(.retry, "skopeo was stopped by signal \(signal) before the copy was complete")
    }
  }

  private func run(
    _ arguments: [String], _ variables: [String: String], input: CInt?, traffic: ProcessTraffic,
    onLine: @escaping @Sendable (String) -> Bool
  ) async throws -> TerminationStatus {
    if let input {
      // Read by its name, so that it may be given to several copies.
      let descriptor = FileDescriptor(rawValue: input)
      return try await run(
        arguments, variables, .fileDescriptor(descriptor, closeAfterSpawningProcess: false),
        traffic: traffic, onLine: onLine)
    }
    return try await run(arguments, variables, .none, traffic: traffic, onLine: onLine)
  }

  /// - Parameter onLine: says whether it may go on.
  private func run(
    _ arguments: [String], _ variables: [String: String], _ input: some InputProtocol,
    traffic: ProcessTraffic, onLine: @escaping @Sendable (String) -> Bool
  ) async throws -> TerminationStatus {
    let program = path ?? executable
    guard access(program, X_OK) == 0 else { throw SystemError("run \(program)") }
    let result = try await Subprocess.run(
      .path(FilePath(tether ?? program)),
      arguments: Arguments(tether == nil ? arguments : Tether.arguments(program, arguments)),
      environment: environment(variables), input: input, output: .sequence, error: .combinedWithOutput
    ) { execution in
      traffic.began(execution.processIdentifier.value)
      defer { traffic.ended() }
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          // Ends with an error where the output ended first.
          guard (try? await gracefulShutdown()) != nil else { return }
          await execution.teardown(using: [.gracefulShutDown(allowedDurationToNextStep: Self.grace)])
        }
        defer { group.cancelAll() }
        var lines = LineSplitter()
        for try await chunk in execution.standardOutput {
          traffic.heard(chunk.count)
          let mayGoOn = chunk.withUnsafeBytes { bytes in lines.feed(bytes) }.map(onLine).allSatisfy(\.self)
          if !mayGoOn { await execution.teardown(using: [.gracefulShutDown(allowedDurationToNextStep: Self.grace)]) }
        }
        if let last = lines.finish() { _ = onLine(last) }
      }
    }
    return result.terminationStatus
  }

  private func environment(_ variables: [String: String]) -> Environment {
    let some = SkopeoEnvironment.make(from: ProcessInfo.processInfo.environment, caFile: configuration.caFile)
      .merging(variables) { $1 }.merging(blobs?.environment() ?? [:]) { $1 }
    return .custom(
      Dictionary(uniqueKeysWithValues: some.map { name, value in (Environment.Key(stringLiteral: name), value) }))
  }
}
