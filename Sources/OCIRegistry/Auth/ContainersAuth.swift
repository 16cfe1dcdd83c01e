import FoundationEssentials
import Support

/// The sign-ins of `skopeo login`, `podman login` and `docker login`, from their files and credential helpers.
///
/// Files are read again when they change. What a helper answered is kept for five minutes; its failures are not.
public final class ContainersAuth: CredentialSource {
  private let environment: [String: String]
  private let paths: [String]
  private let helperTimeout: Duration
  /// What the machine's `registries.conf` says of the order: programs, and `inFiles`.
  private let helpers: @Sendable () -> [String]
  private let files = Lock<[String: KeptFile]>([:])
  private let answers = Lock<[HelperKey: KeptAnswer]>([:])
  private let flights = SingleFlight<HelperKey, RegistryCredential?, any Error>()

  private struct KeptFile: Sendable {
    var stamp: FileStamp
    var file: AuthFile
  }

  private struct HelperKey: Hashable, Sendable {
    var helper: String
    var server: String
  }

  private struct KeptAnswer: Sendable {
    var credential: RegistryCredential?
    var expires: ContinuousClock.Instant
  }

  /// - Parameters:
  ///   - environment: Names the files (`REGISTRY_AUTH_FILE`, `XDG_RUNTIME_DIR`, `XDG_CONFIG_HOME`, `DOCKER_CONFIG`,
  ///     `HOME`), and is what helpers run with (`PATH`).
  ///   - authFile: The only file to read, whatever the environment says.
  ///   - helperTimeout: How long a helper may take.
  ///   - helpers: `credential-helpers` of the machine's `registries.conf`; the files alone where it says nothing.
  public init(
    environment: [String: String], authFile: String? = nil, helperTimeout: Duration = .seconds(30),
    helpers: @escaping @Sendable () -> [String] = { [] }
  ) {
    self.environment = environment
    self.helperTimeout = helperTimeout
    self.helpers = helpers
    paths = Self.paths(environment, authFile: authFile)
  }

  /// Stands among the helpers for the files.
  public static let inFiles = "containers-auth.json"

  public func credential(for registry: String, repository: String) async throws -> RegistryCredential? {
    let registry = RegistryHost.normalised(registry)
    let order = helpers()
    return try await first(of: order.isEmpty ? [Self.inFiles] : order) { helper in
      helper == Self.inFiles
        ? try await inFiles(registry, repository) : try await ask(helper, Self.servers(registry, in: ""))
    }
  }

  /// Asks one after the other for the first sign-in, as skopeo does: where one fails, the next may know.
  ///
  /// - Throws: what the first failed with, where none knows and one failed.
  private func first(
    of names: [String], _ ask: (String) async throws -> RegistryCredential?
  ) async throws -> RegistryCredential? {
    var failure: (any Error)?
    for name in names {
      do {
        if let found = try await ask(name) { return found }
      } catch let error as CancellationError {
        throw error
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    return nil
  }

  private func inFiles(_ registry: String, _ repository: String) async throws -> RegistryCredential? {
    for path in paths {
      guard let file = try read(path) else { continue }
      let finding: AuthFile.Finding?
      do {
        finding = try file.find(registry, repository)
      } catch {
        throw CredentialError(file: path, error.reason)
      }
      switch finding {
      case .credential(let credential): return credential
      case .helper(let name):
        if let credential = try await ask(name, Self.servers(registry, in: path)) { return credential }
      case nil: continue
      }
    }
    return nil
  }

  public func searched(for registry: String) async -> String? {
    let registry = RegistryHost.normalised(registry)
    let order = helpers()
    let programs = order.filter { $0 != Self.inFiles }.map { name in
      let servers = Self.servers(registry, in: "").joined(separator: ", ")
      return "\(CredentialHelper.program(name)) (of registries.conf, asked for \(servers))"
    }
    let paths = order.isEmpty || order.contains(Self.inFiles) ? paths : []
    let places =
      programs
      + paths.map { path in
        guard FileStamp(path) != nil else { return "\(path) (missing)" }
        guard case .helper(let name)? = try? read(path)?.find(registry, "") else { return path }
        let servers = Self.servers(registry, in: path).joined(separator: ", ")
        return "\(path) (\(CredentialHelper.program(name)), asked for \(servers))"
      }
    return places.isEmpty ? nil : places.joined(separator: ", ")
  }

  /// The files to look into, the first that knows a registry counts. One that was named outright is the only one.
  public static func paths(_ environment: [String: String], authFile: String? = nil) -> [String] {
    func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    if let named = authFile ?? variable("REGISTRY_AUTH_FILE") { return [named] }
    let home = variable("HOME")
    let configuration = variable("XDG_CONFIG_HOME") ?? home.map { "\($0)/.config" }
    let docker = variable("DOCKER_CONFIG") ?? home.map { "\($0)/.docker" }
    return [
      variable("XDG_RUNTIME_DIR").map { "\($0)/containers/auth.json" },
      configuration.map { "\($0)/containers/auth.json" },
      docker.map { "\($0)/config.json" },
    ].compactMap { $0 }
  }

  /// The file's content; nil where there is no file.
  private func read(_ path: String) throws(CredentialError) -> AuthFile? {
    guard let stamp = FileStamp(path) else { return nil }
    if let kept = files.withLock({ $0[path] }), kept.stamp == stamp { return kept.file }
    do {
      let bytes = try readFile(path, limit: 1 << 20)
      // An empty file is what `touch` and some log-out leave behind.
      let file = try AuthFile(json: bytes.isEmpty ? Array("{}".utf8) : bytes)
      files.withLock { $0[path] = KeptFile(stamp: stamp, file: file) }
      return file
    } catch let error as SystemError {
      throw CredentialError(file: path, error.description)
    } catch {
      throw CredentialError(file: path, "it is not JSON of the expected form")
    }
  }

  /// The names under which a registry's sign-in may be stored with a helper: Docker Hub's differ from program to
  /// program, `docker login` and `skopeo login` among them, and the one that writes the file comes first.
  private static func servers(_ registry: String, in path: String) -> [String] {
    guard registry == RegistryHost.dockerHub else { return [registry] }
    let docker = "https://index.docker.io/v1/"
    let first = path.hasSuffix("/config.json") ? [docker, registry] : [registry, docker]
    return first + ["index.docker.io", "registry-1.docker.io"]
  }

  /// Asks for one name after the other. A helper may refuse a name in a form that it does not know.
  private func ask(_ name: String, _ servers: [String]) async throws -> RegistryCredential? {
    try await first(of: servers) { server in try await ask(name, server) }
  }

  private func ask(_ name: String, _ server: String) async throws -> RegistryCredential? {
    let key = HelperKey(helper: name, server: server)
    if let kept = answers.withLock({ $0[key] }), kept.expires > .now { return kept.credential }
    let helper = try CredentialHelper(name, environment: environment, timeout: helperTimeout)
    return try await flights.value(for: key) { [answers] in
      do {
        let credential = try await helper.get(server)
        answers.withLock { $0[key] = KeptAnswer(credential: credential, expires: .now + .seconds(300)) }
        return .success(credential)
      } catch {
        return .failure(error)
      }
    }.get()
  }
}
