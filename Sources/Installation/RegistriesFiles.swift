import Documents
import FoundationEssentials
import Glibc
public import OCIRegistry
import Support

/// The files of this machine that say where images are read in truth: those that skopeo reads, in its order.
public struct RegistriesFiles: Sendable, Equatable {
  /// The first; it need not be there.
  public let main: String
  /// Whether a variable names it; skopeo has to be told.
  public let isNamed: Bool
  /// Their `*.conf` count after it, by their names.
  public let folders: [String]

  /// - Parameter environment: `HOME`; and `CONTAINERS_REGISTRIES_CONF` or `REGISTRIES_CONFIG_PATH`, as podman has them.
  public init(environment: [String: String]) {
    func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let own = variable("HOME").map { "\($0)/.config/containers/registries.conf" }
    let system = "/etc/containers/registries.conf"
    let named = variable("CONTAINERS_REGISTRIES_CONF") ?? variable("REGISTRIES_CONFIG_PATH")
    isNamed = named != nil
    if named == nil, let own, FileStamp(own) != nil {
      (main, folders) = (own, ["\(own).d"])
    } else {
      main = named ?? system
      folders = ["\(system).d"] + (own.map { ["\($0).d"] } ?? [])
    }
  }

  /// Those that are there.
  public var present: [String] {
    (FileStamp(main) == nil ? [] : [main]) + folders.flatMap(Self.dropIns)
  }

  /// Reads them.
  ///
  /// - Throws: `MachineFileFault` where skopeo could not use them either.
  public func read() throws(MachineFileFault) -> RegistriesConf {
    var conf = RegistriesConf()
    if isNamed || FileStamp(main) != nil { conf = try Self.read(main, isDropIn: false) }
    for folder in folders {
      if FileStamp(folder) != nil, access(folder, R_OK | X_OK) != 0 {
        throw MachineFileFault("\(SystemError("read \(folder)"))")
      }
      for file in Self.dropIns(folder) { conf.merge(try Self.read(file, isDropIn: true)) }
    }
    return conf
  }

  private static func read(_ file: String, isDropIn: Bool) throws(MachineFileFault) -> RegistriesConf {
    try readMachineFile(file) { bytes throws(DocumentError) in
      try RegistriesConf(toml: bytes, file: file, isDropIn: isDropIn)
    }
  }

  /// Sorted as Go sorts, by bytes.
  private static func dropIns(_ folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".conf") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      .map { "\(folder)/\($0)" }
      .filter { !Self.isFolder($0) }
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
