public import FoundationEssentials
public import OCIRegistry
import Support

/// What would be copied where and what that takes, for a person to look at before anything is copied.
public struct CopyPlan: Sendable, Equatable {
  public struct Copy: Sendable, Equatable {
    public let request: JobRequest
    /// Bytes of the source's layers and configurations, as they are sent; nil where they are not known.
    public let bytes: Int64?
  }

  /// Pulls that a registry will count, beside what it has left.
  public struct Pulls: Sendable, Equatable {
    public let registry: String
    /// One for each image at least: registries count each platform of an image, and those of one that was not read are
    /// not known.
    public let needed: Int
    /// As the registry last told this machine; nil where it names no limit, or the pulls are those of other machines.
    public let left: Int?
    public let resetsAt: Date?
    /// Whether there is a limit that is not this machine's: registries count by address and sign-in.
    public let isCountedElsewhere: Bool

    /// Whether there are not enough.
    public var isShort: Bool { left.map { $0 < needed } ?? false }
  }

  /// In the order of the look's requests.
  public var copies: [Copy]
  /// Of the sources' registries: those that are short first, then those that need most.
  public var pulls: [Pulls]
  /// What the look found.
  public var report: SweepReport

  /// - Parameters:
  ///   - sizes: bytes by source, as far as they were read.
  ///   - registries: what was seen of registries.
  ///   - isCopiedElsewhere: whether other machines than this one will pull.
  public init(
    _ report: SweepReport, sizes: [String: Int64], registries: [RegistryStatus], isCopiedElsewhere: Bool = false
  ) {
    self.report = report
    copies = report.requests.map { Copy(request: $0, bytes: sizes[$0.source]) }
    let budgets = Dictionary(registries.map { ($0.registry, $0) }, uniquingKeysWith: { first, _ in first })
    let sources = Dictionary(grouping: report.requests.map(\.source)) { (try? ImageReference($0).registry) ?? "" }
    pulls = sources.map { registry, sources in
      let budget = budgets[registry].flatMap { $0.remaining == nil ? nil : $0 }
      let own = isCopiedElsewhere ? nil : budget
      return Pulls(
        registry: registry, needed: Set(sources).count, left: own?.remaining?.count, resetsAt: own?.resetsAt,
        isCountedElsewhere: isCopiedElsewhere && budget != nil)
    }.sorted { ($0.isShort ? 0 : 1, -$0.needed, $0.registry) < ($1.isShort ? 0 : 1, -$1.needed, $1.registry) }
  }

  public var requests: [JobRequest] { copies.map(\.request) }

  /// Destinations that are written to.
  public var destinations: Int { copies.reduce(0) { $0 + $1.request.destinations.count } }

  /// What is written at most, to all destinations together, as far as sizes are known: layers that are there already are
  /// not sent again.
  public var bytes: Int64 {
    copies.reduce(0) { sum, copy in
      copy.request.destinations.reduce(sum) { sum, _ in sum.plus(copy.bytes ?? 0) }
    }
  }

  /// Images whose size is not known.
  public var unsized: Int { copies.count { $0.bytes == nil } }
}

extension CopyPlan {
  /// `12 images to 14 destinations, at most 1.2 GiB and 3 of unknown size`.
  public var summary: String {
    let places = destinations == copies.count ? "" : " to \(counted(destinations, "destination"))"
    var size = "of unknown size"
    if unsized < copies.count {
      size = "at most \(bytes.inUnits)" + (unsized > 0 ? " and \(unsized) of unknown size" : "")
    }
    return "\(counted(copies.count, "image"))\(places), \(size)"
  }

  /// What there is to copy by how it stands: `1 drifted, 2 missing`.
  public var found: String {
    DestinationState.allCases.filter(\.isDrift).compactMap { state in
      report.found[state].flatMap { $0 > 0 ? "\($0) \(state.rawValue)" : nil }
    }.joined(separator: ", ")
  }
}

extension CopyPlan.Pulls {
  /// `docker.io: 33 or more of 37 left`. Whoever reads an image reads each of its platforms, and each counts.
  public var text: String {
    if isCountedElsewhere { return "\(registry): at least \(needed), of the limit of the jobs' machines" }
    guard let left else { return "\(registry): \(needed), no limit advertised" }
    return "\(registry): at least \(needed) of \(left) left"
  }
}
