import FoundationEssentials
import HTTP
public import LocalBackend
public import MirrorCore
public import OCIRegistry
import Support

/// What a program works on: the backend, the registries and the configuration, put together in one place for all of
/// them.
public struct Installation: Sendable {
  public let service: MirrorService
  public let store: LocalStore
  public let credentials: any CredentialSource
  public let configuration: Configuration
  public let locations: Locations

  public var backend: Backend { service.backend }

  /// Opens the installation in a folder of this machine.
  ///
  /// - Parameter folder: nil for the user's own.
  /// - Throws: `ConfigurationError` or `MirrorError` saying what cannot be used.
  public static func open(
    folder: String?, environment: [String: String]
  ) throws -> Installation {
    let locations = Locations(environment: environment)
    var configuration = try readConfiguration(locations)
    if let skopeo = environment["ECRMIRROR_SKOPEO"], !skopeo.isEmpty { configuration.skopeo = skopeo }
    guard let folder = folder ?? locations.data else {
      throw MirrorError(.invalid, "neither HOME nor XDG_DATA_HOME is set; name a folder with --local DIR")
    }
    if folder.isEmpty { throw MirrorError(.invalid, "--local names no folder") }
    let store = try LocalStore(folder: absolute(folder))
    let launcher = WorkerLauncher(executable: environment["ECRMIRROR_BATCH"] ?? batchExecutable)
    let credentials = ContainersAuth(environment: environment)
    let registries = RegistryClient(
      transport: CurlTransport(), credentials: credentials, configuration: configuration.registries)
    return Installation(
      service: MirrorService(backend: .local(store, worker: launcher), registries: registries), store: store,
      credentials: credentials, configuration: configuration, locations: locations)
  }

  public var skopeo: Skopeo {
    Skopeo(executable: configuration.skopeo, configuration: configuration.registries)
  }

  private static func readConfiguration(_ locations: Locations) throws -> Configuration {
    guard let path = locations.configuration, FileManager.default.fileExists(atPath: path) else {
      return Configuration()
    }
    let text: String
    do {
      text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
    } catch {
      throw MirrorError(.invalid, "the configuration \(path) cannot be read as UTF-8 text")
    }
    return try Configuration(yaml: text, file: path)
  }

  /// A worker has another current folder than the program that starts it.
  private static func absolute(_ folder: String) -> String {
    folder.hasPrefix("/") ? folder : FileManager.default.currentDirectoryPath + "/" + folder
  }

  /// `ecrmirror-batch` beside the running program.
  public static var batchExecutable: String {
    let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/usr/bin/ecrmirror"
    let folder = program.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    return folder + "/ecrmirror-batch"
  }
}
