/// What the machine's `registries.conf` says: where images are read in truth, and how, as skopeo obeys it.
///
/// https://github.com/containers/image/blob/main/docs/containers-registries.conf.5.md, and what the package
/// `sysregistriesv2` of its version 5.22 (skopeo 1.9) does. Short names and their aliases are none of it: skopeo takes
/// `alpine` for `docker.io/library/alpine`, as rows do.
public struct RegistriesConf: Sendable, Equatable {
  /// A `[[registry]]`: what names that begin with the prefix mean.
  public struct Rule: Sendable, Equatable {
    /// `host[:port][/path]`, or `*.host` for every host below.
    public var prefix: String
    /// What the prefix stands for; empty where names stay as they are, which only `*.host` may have.
    public var location: String
    /// TLS without a known certificate, and plain HTTP, are good enough.
    public var isInsecure: Bool
    public var isBlocked: Bool
    /// Asked before the location, in their order.
    public var mirrors: [Mirror]
    /// Mirrors are asked for digests only.
    public var mirrorsDigestsOnly: Bool
    /// Where it stands.
    public var file: String

    public init(
      prefix: String, location: String, isInsecure: Bool = false, isBlocked: Bool = false, mirrors: [Mirror] = [],
      mirrorsDigestsOnly: Bool = false, file: String = ""
    ) {
      self.prefix = prefix
      self.location = location
      self.isInsecure = isInsecure
      self.isBlocked = isBlocked
      self.mirrors = mirrors
      self.mirrorsDigestsOnly = mirrorsDigestsOnly
      self.file = file
    }
  }

  /// A `[[registry.mirror]]`.
  public struct Mirror: Sendable, Equatable {
    /// What it is asked for.
    public enum Use: String, Sendable, CaseIterable {
      case all
      case digests = "digest-only"
      case tags = "tag-only"
    }

    public var location: String
    public var isInsecure: Bool
    public var use: Use
    /// Whether its use was said, if only that it is `all`.
    public var isUseGiven = false
    /// Whether its location was written with a slash at the end, with which skopeo before 1.19 can ask it nothing.
    public var hasSlash = false

    public init(_ location: String, isInsecure: Bool = false, use: Use = .all) {
      self.location = location
      self.isInsecure = isInsecure
      self.use = use
    }
  }

  /// By their prefixes, each once.
  public var rules: [String: Rule]
  /// Programs that know sign-ins, in the order in which they are asked; `containers-auth.json` stands for the files.
  public var credentialHelpers: [String]
  /// What somebody should know of the files, as sentences.
  public var notes: [String] = []

  public init(rules: [Rule] = [], credentialHelpers: [String] = []) {
    // Of two with one prefix the first counts.
    self.rules = Dictionary(rules.map { ($0.prefix, $0) }) { first, _ in first }
    self.credentialHelpers = credentialHelpers
  }

  /// Takes what a file that counts after this one says.
  public mutating func merge(_ later: RegistriesConf) {
    rules.merge(later.rules) { $1 }
    if !later.credentialHelpers.isEmpty { credentialHelpers = later.credentialHelpers }
    notes += later.notes
  }
}
