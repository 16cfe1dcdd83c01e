public import OCIRegistry
public import Support

/// Which of an image's platforms a row mirrors: its options `platforms` and `sparse`.
public struct PlatformSelection: Sendable, Hashable {
  /// At least one, each once, as the row has them.
  public let platforms: [PlatformName]
  /// Whether destinations keep the source's index with its digest, though images that it lists are not there. Otherwise
  /// they get an index of those that were selected.
  public let isSparse: Bool

  private static let platformsOption = "platforms"
  private static let sparseOption = "sparse"
  /// Names of the options of a row that say it.
  public static let options: Set = [platformsOption, sparseOption]

  /// - Parameter names: each one platform, or several separated by commas or spaces.
  /// - Throws: `PlatformFault` for what is no platform.
  /// - Returns: nil for none.
  public init?(_ names: [String], isSparse: Bool = false) throws(PlatformFault) {
    var platforms: [PlatformName] = []
    for name in names.flatMap({ $0.split { $0 == "," || $0.isWhitespace } }) {
      platforms.append(try PlatformName(String(name)))
    }
    self.init(platforms, isSparse: isSparse)
  }

  /// - Returns: nil for no platforms.
  public init?(_ platforms: [PlatformName], isSparse: Bool = false) {
    if platforms.isEmpty { return nil }
    var known: Set<PlatformName> = []
    self.init(platforms: platforms.filter { known.insert($0).inserted }, isSparse: isSparse)
  }

  /// What a row's options say.
  ///
  /// - Returns: nil where they say nothing of platforms: all are mirrored.
  /// - Throws: `MirrorError.invalid`: what is wrong with them, as words that follow "it".
  public init?(options: [String: JSONValue]) throws(MirrorError) {
    let names = try Self.names(options[Self.platformsOption] ?? .null)
    let isSparse: Bool
    switch options[Self.sparseOption] ?? .null {
    case .null: isSparse = false
    case .bool(let flag): isSparse = flag
    default: throw MirrorError(.invalid, "its option sparse is neither true nor false")
    }
    do throws(PlatformFault) {
      try self.init(names, isSparse: isSparse)
    } catch {
      throw MirrorError(.invalid, "its platforms cannot be used: \(error)")
    }
  }

  /// The platforms that a row's options name, as they stand there, whatever they are.
  public static func names(in options: [String: JSONValue]) -> [String] {
    (try? names(options[platformsOption] ?? .null)) ?? []
  }

  private static func names(_ value: JSONValue) throws(MirrorError) -> [String] {
    switch value {
    case .null: return []
    case .string(let text): return [text]
    case .array(let values):
      var names: [String] = []
      for value in values {
        guard case .string(let name) = value else { throw MirrorError(.invalid, "its platforms are not all strings") }
        names.append(name)
      }
      return names
    default: throw MirrorError(.invalid, "its platforms are not a list")
    }
  }

  /// The same platforms, with or without an index of their own.
  public func having(sparse isSparse: Bool) -> PlatformSelection {
    PlatformSelection(platforms: platforms, isSparse: isSparse)
  }

  private init(platforms: [PlatformName], isSparse: Bool) {
    (self.platforms, self.isSparse) = (platforms, isSparse)
  }

  /// `linux/amd64, linux/arm64`
  public var text: String { platforms.map(\.description).joined(separator: ", ") }

  /// What a copy with these platforms is made from, as a `Conversion` remembers it: another one for another source, and
  /// for other platforms, but not for another order of them.
  public func origin(of source: Digest) -> Digest {
    .sha256(of: Array("\(source)\n\(identity)".utf8))
  }

  /// The same for whatever selects the same, in whatever order.
  var identity: String {
    ([isSparse ? "sparse" : "rebuilt"] + platforms.map(\.description).sorted()).joined(separator: "\n")
  }
}

extension PlatformSelection {
  /// In full, for people: `linux/amd64, linux/arm64, sparse`.
  public var words: String { isSparse ? "\(text), sparse" : text }

  /// What it makes of a row's options.
  fileprivate static func write(_ selection: PlatformSelection?, to options: inout [String: JSONValue]) {
    options[platformsOption] = selection.map { .array($0.platforms.map { .string($0.description) }) }
    options[sparseOption] = selection?.isSparse == true ? .bool(true) : nil
  }
}

extension JobImage {
  /// Which platforms are copied; nil for all of them, and where whoever asked did not say.
  public var platforms: PlatformSelection? { try? PlatformSelection(options: options ?? [:]) }
}

extension MirrorEntry {
  /// Which platforms the row mirrors; nil for all of them.
  ///
  /// - Throws: `MirrorError.invalid`, as words that follow "it".
  public var platforms: PlatformSelection? {
    get throws(MirrorError) { options.isEmpty ? nil : try PlatformSelection(options: options) }
  }

  /// Has the row mirror some platforms, or all where nil.
  public mutating func select(_ platforms: PlatformSelection?) {
    PlatformSelection.write(platforms, to: &options)
  }
}
