import Documents
import FoundationEssentials
import HTTP
public import LocalBackend
import MirrorCore
public import OCIRegistry
import Support

/// What `config.yaml` may say; every key has a default.
public struct Configuration: Sendable {
  /// `registries`: which speak plain HTTP, whom to trust, how much at once.
  public var registries = RegistryConfiguration()
  /// `registries.ecr`: the names that private ECR registries have with AWS, by the `host[:port]` that rows call them.
  public var ecrAliases: [String: String] = [:]
  /// `ecr.createRepositories`: what jobs make missing repositories of destinations in ECR with; nil for making none.
  public var newRepositories: RepositorySettings?
  /// `worker`: how jobs run on this machine; `registries.limits`: what its copies may ask of registries.
  public var worker = LocalWorker.Options()
  /// `worker.layers`: layers of an image that are copied at once; nil for as many as skopeo takes by itself.
  public var layers: Int?
  /// `skopeo`: its name or path; `ECRMIRROR_SKOPEO` goes before it.
  public var skopeo = "skopeo"
  /// `stacks`: stacks in AWS, by the names that `--stack` and the dashboard take.
  public var stacks: [String: StackReference] = [:]
  /// `dashboard`: how the screen looks and which keys do what.
  public var dashboard = DashboardConfiguration()

  public init() {}
}

extension Configuration {
  /// Reads the configuration file; where there is none, every key has its default.
  ///
  /// - Throws: `ConfigurationError`, or `MirrorError` where the file cannot be read.
  public static func read(_ locations: Locations) throws -> Configuration {
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

  /// Reads the text of a configuration file.
  ///
  /// - Throws: `ConfigurationError` naming line, key and what would be right.
  public init(yaml: String, file: String) throws(ConfigurationError) {
    self.init()
    dashboard.file = file
    do throws(DocumentError) {
      try read(DocumentNode(yaml: yaml))
    } catch {
      throw ConfigurationError(file, line: error.line, error.reason)
    }
  }

  private mutating func read(_ root: DocumentNode) throws(DocumentError) {
    try root.each { key, value throws(DocumentError) in
      switch key {
      case "ecr":
        try value.each { key, value throws(DocumentError) in
          guard key == "createRepositories" else { throw value.unknown(key, known: ["createRepositories"]) }
          newRepositories = try value.newRepositories()
        }
      case "registries": try readRegistries(value)
      case "worker": try readWorker(value)
      case "skopeo": skopeo = try value.text()
      case "stacks":
        try value.each { name, stack throws(DocumentError) in
          stacks[name] = try StackReference(stack, named: name)
        }
      case "dashboard": try dashboard.read(value)
      default: throw value.unknown(key, known: ["dashboard", "ecr", "registries", "skopeo", "stacks", "worker"])
      }
    }
  }

  private mutating func readRegistries(_ section: DocumentNode) throws(DocumentError) {
    var (insecure, secure, realms): ([String], [String], [String]) = ([], [], [])
    var bounds = registries.bounds
    var (caFile, concurrency, forceHTTP1): (String?, Int, Bool) = (nil, registries.maximumConcurrentRequests, false)
    var timeouts = registries.timeouts
    try section.each { key, value throws(DocumentError) in
      switch key {
      case "insecure": insecure = try value.texts()
      case "secure": secure = try value.texts()
      case "realms": realms = try value.realms()
      case "caFile": caFile = try value.text()
      case "concurrency": concurrency = try value.integer(in: 1...256)
      case "http1": forceHTTP1 = try value.flag()
      case "timeout": timeouts.idle = try value.duration(in: .seconds(1) ... .seconds(300))
      case "lookTimeout": bounds.look = try value.duration(in: .seconds(1) ... .seconds(3600))
      case "tagsTimeout": bounds.tags = try value.duration(in: .seconds(1) ... .seconds(3600))
      case "sweepTimeout": bounds.sweep = try value.duration(in: .seconds(1) ... .seconds(86400))
      case "ecr":
        try value.each { host, name throws(DocumentError) in
          ecrAliases[host.lowercased()] = try name.ecrRegistry()
        }
      case "limits":
        try value.each { registry, limit throws(DocumentError) in
          worker.limits.registries[registry.lowercased()] = try limit.copyLimit()
        }
      default:
        throw value.unknown(
          key,
          known: [
            "caFile", "concurrency", "ecr", "http1", "insecure", "limits", "lookTimeout", "realms", "secure",
            "sweepTimeout", "tagsTimeout", "timeout",
          ])
      }
    }
    registries = RegistryConfiguration(
      insecureRegistries: Set(insecure), secureRegistries: Set(secure), realms: Set(realms), caFile: caFile,
      maximumConcurrentRequests: concurrency, timeouts: timeouts, bounds: bounds, forceHTTP1: forceHTTP1)
  }

  private mutating func readWorker(_ section: DocumentNode) throws(DocumentError) {
    try section.each { key, value throws(DocumentError) in
      switch key {
      case "parallel": worker.parallel = try value.integer(in: 1...64)
      case "attempts": worker.retry.attempts = try value.integer(in: 1...10)
      case "timeout": worker.timeout = try value.duration(in: .seconds(1) ... .seconds(7 * 86400))
      case "grace": worker.grace = try value.duration(in: .seconds(1) ... .seconds(600))
      case "layers": layers = try value.integer(in: 1...64)
      case "backoff": worker.retry.backoff.base = try value.duration(in: .zero ... .seconds(3600))
      default: throw value.unknown(key, known: ["attempts", "backoff", "grace", "layers", "parallel", "timeout"])
      }
    }
    worker.retry.backoff.limit = max(worker.retry.backoff.limit, worker.retry.backoff.base)
  }
}

extension DocumentNode {
  /// `host[:port]`, with `http://` before it for plain HTTP.
  fileprivate func realms() throws(DocumentError) -> [String] {
    let realms = try texts().map { $0.lowercased() }
    for realm in realms {
      let address = realm.hasPrefix("http://") ? realm : "https://\(realm)"
      guard let url = HTTPURL(address), url.pathAndQuery == "/", address.hasSuffix(url.authority) else {
        throw mistake("'\(realm)' is not a realm: use host[:port], with http:// before it for plain HTTP")
      }
    }
    return realms
  }

  fileprivate func copyLimit() throws(DocumentError) -> CopyLimits.Limit {
    var limit = CopyLimits.Limit()
    try each { key, value throws(DocumentError) in
      switch key {
      case "copies": limit.copies = try value.integer(in: 1...64)
      case "bytesPerSecond": limit.bytesPerSecond = try value.bytes(in: SharedPace.least...(1 << 40))
      default: throw value.unknown(key, known: ["bytesPerSecond", "copies"])
      }
    }
    return limit
  }

  fileprivate func ecrRegistry() throws(DocumentError) -> String {
    let name = try text().lowercased()
    guard ECRRegistry(host: name) != nil else {
      throw mistake(
        "the name of an ECR registry is expected here, as in 123456789012.dkr.ecr.eu-central-1.amazonaws.com")
    }
    return name
  }
}

/// A mistake in a configuration file, as a sentence with its place.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String

  init(_ file: String, line: Int?, _ reason: String) {
    description = "\(file)\(line.map { ", line \($0)" } ?? ""): \(reason)"
  }
}
