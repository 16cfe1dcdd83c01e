public import FoundationEssentials
import OCIRegistry
import Support

/// Which rows copy to which destinations: two that copy different images to one, or other platforms of the same, would
/// replace each other's for ever.
///
/// A row that is disabled or expired copies nothing and claims nothing.
public struct DestinationClaims: Sendable, Equatable {
  /// One row's claim to a repository.
  struct Claim: Sendable, Equatable {
    let row: String
    let source: ImageReference
    /// `PlatformSelection.identity`; nil for all platforms.
    let platforms: String?
    /// Nil where the row names one tag.
    let rule: TagRule?
    /// What the row was last seen to copy to, in full; empty where nobody looked.
    let seen: Set<String>
  }

  struct Repository: Sendable, Equatable {
    var fixed: [String: [Claim]] = [:]
    var rules: [Claim] = []

    var isShared: Bool { rules.count > 1 || fixed.values.contains { $0.count > 1 || !rules.isEmpty } }
  }

  /// By registry and repository.
  private(set) var repositories: [String: Repository] = [:]

  public init() {}

  public init(_ entries: some Sequence<MirrorEntry>, now: Date) {
    for entry in entries { add(entry, now: now) }
  }

  /// Costs the same however many rows there are. A row that cannot be used claims nothing.
  public mutating func add(_ entry: MirrorEntry, now: Date) {
    guard entry.isActive(at: now) else { return }
    if let rule = entry.tags {
      guard let source = try? ImageReference(entry.source), rule.problem == nil else { return }
      let claim = Claim(
        row: entry.source, source: source, platforms: (try? entry.platforms)?.identity, rule: rule,
        seen: Set(entry.observed.keys))
      for name in Set(entry.destinations.compactMap { try? ImageReference($0).name }) {
        repositories[name, default: Repository()].rules.append(claim)
      }
    } else if let image = try? entry.images().first {
      let claim = Claim(
        row: entry.source, source: image.source, platforms: image.platforms?.identity, rule: nil, seen: [])
      for destination in image.destinations {
        repositories[destination.name, default: Repository()].fixed[destination.tag ?? "", default: []].append(claim)
      }
    }
  }

  /// Forgets what no two rows share: nearly all of it.
  public mutating func keepShared() { repositories = repositories.filter(\.value.isShared) }

  // MARK: - What a run may do

  /// The row that copies another image to where `image` would go, or other platforms; nil where none does.
  ///
  /// A tag rule of another row counts by what it was last seen to pick, and by its patterns where nobody looked yet.
  func rival(
    of row: String, copying image: ImageReference, _ platforms: PlatformSelection? = nil,
    to destination: ImageReference
  ) -> String? {
    guard !repositories.isEmpty, let repository = repositories[destination.name], let tag = destination.tag else {
      return nil
    }
    let copied = DestinationClaims.Copied(image: image, platforms: platforms?.identity)
    if let other = repository.fixed[tag]?.first(where: { $0.row != row && $0.copied(tag) != copied }) {
      return other.row
    }
    let key = destination.description
    return repository.rules.first { other in
      guard other.row != row, other.copied(tag) != copied, let rule = other.rule else { return false }
      return other.seen.isEmpty ? rule.picks(tag) : other.seen.contains(key)
    }?.row
  }

  // MARK: - What a row may be written as

  /// Checks that no other row copies, or could copy by a tag rule, another image to a destination of this one.
  ///
  /// - Throws: `MirrorError.invalid` naming both rows and the destination.
  func check(_ entry: MirrorEntry, now: Date) throws(MirrorError) {
    guard entry.isActive(at: now), let (row, destination) = rival(of: entry) else { return }
    throw MirrorError(
      .invalid,
      "mirror \(entry.source.cleaned.shortened(to: 200)): \(destination) is also a destination of the mirror of \(row.cleaned.shortened(to: 200)), and each would keep replacing the other's image; give one of them another destination or other tags, or delete or disable it"
    )
  }

  private func rival(of entry: MirrorEntry) -> (row: String, destination: String)? {
    let full = entry.fullSource
    guard let rule = entry.tags else {
      guard let image = try? entry.images().first else { return nil }
      for destination in image.destinations {
        guard let repository = repositories[destination.name], let tag = destination.tag else { continue }
        let others = repository.fixed[tag, default: []] + repository.rules.filter { $0.rule?.picks(tag) ?? false }
        let copied = DestinationClaims.Copied(image: image.source, platforms: image.platforms?.identity)
        if let other = others.first(where: { $0.row != entry.source && $0.copied(tag) != copied }) {
          return (other.row, destination.familiar)
        }
      }
      return nil
    }
    guard let source = try? ImageReference(entry.source) else { return nil }
    let platforms = (try? entry.platforms)?.identity
    for destination in entry.destinations.compactMap({ try? ImageReference($0) }) {
      guard let repository = repositories[destination.name] else { continue }
      for tag in rule.picked(of: Array(repository.fixed.keys)).sorted() {
        let others = repository.fixed[tag, default: []]
        let copied = (try? source.withTag(tag)).map { DestinationClaims.Copied(image: $0, platforms: platforms) }
        if let other = others.first(where: { $0.row != entry.source && $0.copied(tag) != copied }) {
          return (other.row, "\(destination.familiar):\(tag)")
        }
      }
      let others = repository.rules.filter { $0.row != entry.source && $0.source.description != full }
      if let other = others.first(where: { $0.rule?.canOverlap(rule) ?? false }) {
        return (other.row, destination.familiar)
      }
    }
    return nil
  }
}

extension DestinationClaims {
  /// What arrives at a destination.
  struct Copied: Sendable, Hashable {
    let image: ImageReference
    let platforms: String?
  }
}

extension DestinationClaims.Claim {
  /// What it copies under this tag.
  func copied(_ tag: String) -> DestinationClaims.Copied? {
    let image = rule == nil ? source : try? source.withTag(tag)
    return image.map { DestinationClaims.Copied(image: $0, platforms: platforms) }
  }
}
