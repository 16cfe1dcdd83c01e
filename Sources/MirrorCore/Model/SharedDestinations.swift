import FoundationEssentials
import OCIRegistry

/// Which destinations several rows may have in common, by hashes: some 30 bytes a row, where the claims themselves take
/// several hundred. What it says of two rows that share nothing, for equal hashes, costs a look at their claims.
struct SharedDestinations: Sendable {
  /// Of single tags: seen once, and more often.
  private var once: Set<Int> = []
  private var twice: Set<Int> = []
  /// Repositories of rows that name their tag, of rows with a tag rule, and those that both or several of these have.
  private var fixed: Set<Int> = []
  private var rules: Set<Int> = []
  private var mixed: Set<Int> = []

  /// Whether no two rows have anything in common.
  var isEmpty: Bool { twice.isEmpty && mixed.isEmpty }

  mutating func add(_ entry: MirrorEntry, now: Date) {
    let (repositories, tags) = Self.hashes(entry, now)
    if entry.tags != nil {
      for repository in repositories {
        let isFirst = rules.insert(repository).inserted
        if !isFirst || fixed.contains(repository) { mixed.insert(repository) }
      }
    } else {
      for repository in repositories {
        fixed.insert(repository)
        if rules.contains(repository) { mixed.insert(repository) }
      }
      for tag in tags where !once.insert(tag).inserted { twice.insert(tag) }
    }
  }

  /// Whether another row may have a destination of this one.
  func mayConcern(_ entry: MirrorEntry, now: Date) -> Bool {
    let (repositories, tags) = Self.hashes(entry, now)
    return !mixed.isDisjoint(with: repositories) || !twice.isDisjoint(with: tags)
  }

  /// Of what the row claims, as `DestinationClaims.add` has it; nothing where it claims nothing.
  private static func hashes(_ entry: MirrorEntry, _ now: Date) -> (repositories: Set<Int>, tags: Set<Int>) {
    guard entry.isActive(at: now) else { return ([], []) }
    if entry.tags != nil {
      return (Set(entry.destinations.compactMap { try? ImageReference($0) }.map { hash($0, nil) }), [])
    }
    guard let image = try? entry.images().first else { return ([], []) }
    return (Set(image.destinations.map { hash($0, nil) }), Set(image.destinations.map { hash($0, $0.tag ?? "") }))
  }

  private static func hash(_ reference: ImageReference, _ tag: String?) -> Int {
    var hasher = Hasher()
    hasher.combine(reference.registry)
    hasher.combine(reference.repository)
    hasher.combine(tag)
    return hasher.finalize()
  }
}
