import Support

/// The row's option `immutable`: patterns for tags that never change at the source. One that every destination has is
/// taken for what it was, and the source is asked nothing about it.
public struct ImmutableTags: Sendable, Equatable {
  /// As `TagPattern` takes them; at least one.
  public let patterns: [String]

  static let key = "immutable"

  /// - Returns: nil for no patterns.
  public init?(patterns: [String]) {
    if patterns.isEmpty { return nil }
    self.patterns = patterns
  }

  /// - Returns: nil for what is no such option.
  init?(option: JSONValue) {
    switch option {
    case .bool(true): self.init(patterns: ["*"])
    case .string(let pattern): self.init(patterns: [pattern])
    case .array(let values):
      let patterns = values.compactMap { if case .string(let pattern) = $0 { pattern } else { nil } }
      guard patterns.count == values.count else { return nil }
      self.init(patterns: patterns)
    default: return nil
    }
  }

  /// What is wrong with the patterns, as a sentence; nil where nothing is.
  public var problem: String? { TagRule(include: patterns).problem }
}

extension MirrorEntry {
  /// Nil where no tag is said to be immutable, and where the option cannot be used.
  public var immutable: ImmutableTags? {
    get { options[ImmutableTags.key].flatMap(ImmutableTags.init) }
    set { options[ImmutableTags.key] = newValue.map { .array($0.patterns.map(JSONValue.string)) } }
  }

  /// None where no tag is said to be immutable.
  ///
  /// - Throws: `MirrorError.invalid` where the option cannot be used.
  func immutablePatterns() throws(MirrorError) -> [TagPattern] {
    guard let option = options[ImmutableTags.key], ![.null, .bool(false), .array([])].contains(option) else {
      return []
    }
    guard let tags = ImmutableTags(option: option) else {
      throw invalid("the option 'immutable' must be true, or a list of tag patterns")
    }
    if let problem = tags.problem { throw invalid("the option 'immutable' cannot be used: \(problem)") }
    return tags.patterns.compactMap(TagPattern.init)
  }
}
