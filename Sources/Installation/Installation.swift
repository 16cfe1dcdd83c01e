public import AWSBackend
import AWSClient
import FoundationEssentials
import HTTP
public import LocalBackend
public import MirrorCore
public import OCIRegistry
import Support

/// What a program works on: the backend, the registries and the configuration, put together in one place for all of
/// them.
public struct Installation: Sendable {
  /// Where the table and all that belongs to it are.
  public enum Kind: Sendable {
    case folder(LocalStore)
    case stack(AWSStack)
  }

  public let kind: Kind
  /// What people call it: a folder; or a stack's name in AWS, and in the configuration.
  public let names: Set<String>
  public let service: MirrorService
  public let credentials: any CredentialSource
  public let configuration: Configuration
  public let locations: Locations
  /// The machine's files about registries.
  public let registriesFiles: RegistriesFiles

  /// What somebody should know of the files with sign-ins that are used, as sentences.
  public let warnings: [String]

  public var backend: Backend { service.backend }

  /// Why nothing in it can be changed, beyond what a stack's policies forbid; nil where it can.
  public var readOnly: String? {
    if case .folder(let store) = kind { store.readOnly } else { nil }
  }

  /// - Throws: `MirrorError.refused` where nothing in it can be changed.
  public func requireChanges() throws(MirrorError) {
    if let readOnly { throw LocalStore.refusal(backend.name, readOnly) }
  }

  /// Opens an installation.
  ///
  /// - Parameters:
  ///   - readOnly: whether nothing is to be changed, not even a folder made.
  ///   - makesStore: whether a folder that holds none is made one; else it is an error, for its name may be mistyped.
  ///   - copiesHere: whether its jobs run on this machine, whose files about registries then count; nil for those of a
  ///     folder alone.
  /// - Throws: `ConfigurationError`, `MirrorError` or `AWSSettingsError` saying what cannot be used.
  public static func open(
    _ choice: InstallationChoice, environment: [String: String], readOnly: Bool = false, makesStore: Bool = false,
    copiesHere: Bool? = nil
  ) async throws -> Installation {
    let configuration = try Configuration.read(Locations(environment: environment))
    return try await open(
      choice, configuration, environment: environment, readOnly: readOnly, makesStore: makesStore,
      copiesHere: copiesHere)
  }

  /// The same with a configuration that was read already.
  public static func open(
    _ choice: InstallationChoice, _ configuration: Configuration, environment: [String: String], readOnly: Bool,
    makesStore: Bool = false, copiesHere: Bool? = nil
  ) async throws -> Installation {
    let locations = Locations(environment: environment)
    var configuration = configuration
    if let skopeo = environment["ECRMIRROR_SKOPEO"], !skopeo.isEmpty { configuration.skopeo = skopeo }
    let transport = CurlTransport()
    let registriesFiles = RegistriesFiles(environment: environment)
    let machine = MachineRegistries {
      Result { () throws(MachineFileFault) in try RegistriesFiles(environment: environment).read() }
    }
    let files = ContainersAuth(environment: environment) { (try? machine.current().credentialHelpers) ?? [] }
    let kind: Kind
    let backend: Backend
    let credentials: any CredentialSource
    var ecr: ECRCalls?
    var names: Set<String> = []
    var newRepositories = configuration.newRepositories
    if let name = choice.stack {
      let named = configuration.stacks[name]
      let connection = try AWSConnection(
        environment: environment, profile: choice.profile ?? named?.profile, region: choice.region ?? named?.region,
        transport: transport)
      let stack = try await AWSStack.open(named?.name ?? name, connection)
      let aliases = (stack.settings.ecrAliases ?? [:]).merging(configuration.ecrAliases) { _, own in own }
      (kind, backend) = (.stack(stack), stack.backend)
      credentials = AWSSignIn(connection, files: files, secret: stack.settings.auth, aliases: aliases)
      ecr = ECRCalls(connection, aliases)
      newRepositories = newRepositories ?? stack.settings.createRepositories
      names = [name, stack.name]
    } else {
      let folder = try folder(choice, locations)
      guard makesStore || LocalStore.isThere(folder) else { throw choice.hasNoStore(folder) }
      let store = try LocalStore(folder: folder, readOnly: readOnly)
      let launcher = WorkerLauncher(executable: batchExecutable(environment))
      (kind, backend) = (.folder(store), .local(store, worker: launcher, skopeo: configuration.skopeo))
      (credentials, ecr) = try signIn(choice, configuration, files, environment, transport)
    }
    var settings = configuration.registries
    settings.certificateRoots = HostCertificates.roots(home: environment["HOME"])
    if copiesHere ?? (choice.stack == nil) { settings.machine = machine }
    let registries = RegistryClient(
      transport: transport, credentials: credentials, configuration: settings, listing: ecr?.listing,
      repositories: ecr?.repositories)
    return Installation(
      kind: kind, names: names.union([backend.name]),
      service: MirrorService(
        backend: backend, registries: registries, askedBy: Asker.name(environment), newRepositories: newRepositories),
      credentials: credentials, configuration: configuration, locations: locations, registriesFiles: registriesFiles,
      warnings: PathTrust.warnings(ofAuthFiles: ContainersAuth.paths(environment)))
  }

  /// The folder of an installation on this machine, as an absolute path.
  ///
  /// - Throws: `MirrorError.invalid` where nothing names one.
  public static func folder(_ choice: InstallationChoice, _ locations: Locations) throws(MirrorError) -> String {
    guard let folder = choice.folder ?? locations.data else {
      throw MirrorError(.invalid, "neither HOME nor XDG_DATA_HOME is set; name a folder with --local DIR")
    }
    return absolute(folder)
  }

  /// On this machine ECR is signed in to as well, with the AWS credentials that there are. Where AWS is not set up at
  /// all, or not well, registries elsewhere must not suffer.
  private static func signIn(
    _ choice: InstallationChoice, _ configuration: Configuration, _ files: ContainersAuth,
    _ environment: [String: String], _ transport: CurlTransport
  ) throws(AWSSettingsError) -> (any CredentialSource, ECRCalls?) {
    do throws(AWSSettingsError) {
      // Each registry names its region itself.
      let settings = try AWSSettings(environment: environment, profile: choice.profile, region: choice.region)
      let connection = try AWSConnection(
        environment: environment, profile: choice.profile, region: settings.region ?? ECRPublicClient.region,
        transport: transport)
      return (
        AWSSignIn(connection, files: files, aliases: configuration.ecrAliases),
        ECRCalls(connection, configuration.ecrAliases)
      )
    } catch {
      if choice.profile != nil || choice.region != nil { throw error }
      return (files, nil)
    }
  }

  public var skopeo: Skopeo {
    var skopeo = Skopeo(
      executable: configuration.skopeo, configuration: configuration.registries,
      registriesConf: registriesFiles.isNamed ? registriesFiles.main : nil)
    skopeo.layers = configuration.layers
    return skopeo
  }

  /// A worker has another current folder than the program that starts it.
  private static func absolute(_ folder: String) -> String {
    folder.hasPrefix("/") ? folder : FileManager.default.currentDirectoryPath + "/" + folder
  }

  /// `ecrmirror-batch` beside the running program, or the one that `ECRMIRROR_BATCH` names.
  public static func batchExecutable(_ environment: [String: String]) -> String {
    environment["ECRMIRROR_BATCH"] ?? batchExecutable
  }

  /// `ecrmirror-batch` beside the running program.
  public static var batchExecutable: String {
    let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/usr/bin/ecrmirror"
    let folder = program.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    return folder + "/ecrmirror-batch"
  }
}

/// What ECR has beside the distribution specification.
private struct ECRCalls {
  let listing: ECRTagListing
  let repositories: ECRRepositories

  init(_ connection: AWSConnection, _ aliases: [String: String]) {
    listing = ECRTagListing(connection, aliases: aliases)
    repositories = ECRRepositories(connection, aliases: aliases)
  }
}
