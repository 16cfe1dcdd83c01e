public import FoundationEssentials
public import Support

/// One row of the mirror table: where an image comes from and where it goes.
///
/// The references are kept as the row spells them; `MirrorEntry.images` parses them.
public struct MirrorEntry: Sendable, Equatable {
  /// `registry/repository:tag`; or `registry/repository` when `tags` is set. The row's key.
  public var source: String
  /// Where it goes, at least one; without a tag the source's tag is used.
  public var destinations: [String]
  /// After this moment the mirror is over; nil for never.
  public var expires: Date?
  public var enabled: Bool
  /// Which tags of the source's repository are mirrored; nil for the one tag in `source`.
  public var tags: TagRule?
  /// The row's `Options`, as they stand there.
  public var options: [String: JSONValue]
  /// What was last seen, by destination reference in full with its tag.
  public var observed: [String: Observed]
  /// Attributes that this program does not know: kept when the row is written back.
  public var other: [String: JSONValue]

  public init(
    source: String, destinations: [String], expires: Date? = nil, enabled: Bool = true, tags: TagRule? = nil,
    options: [String: JSONValue] = [:], observed: [String: Observed] = [:], other: [String: JSONValue] = [:]
  ) {
    self.source = source
    self.destinations = destinations
    self.expires = expires
    self.enabled = enabled
    self.tags = tags
    self.options = options
    self.observed = observed
    self.other = other
  }

  /// Whether the mirror is over. A row that expired counts as gone at once, not when a database gets round to it.
  public func isExpired(at now: Date) -> Bool {
    expires.map { $0 <= now } ?? false
  }

  /// Whether runs look at this row.
  public func isActive(at now: Date) -> Bool {
    enabled && !isExpired(at: now)
  }

  /// Whether a person's part of the row, all but `observed`, is the same.
  public func hasSameDefinition(as other: MirrorEntry) -> Bool {
    var copy = other
    copy.observed = observed
    return copy == self
  }
}

/// A row that cannot be read: its key, cleaned, and the reason as a sentence.
public struct UnreadableRow: Sendable, Equatable, Codable {
  public let source: String
  public let reason: String

  public init(source: String, reason: String) {
    self.source = source
    self.reason = reason
  }

  /// What stands for it where others have a state.
  public static let word = "unreadable"
  public static let severity = Severity.bad
}
