import OCIRegistry

/// Where the images of a table go as a rule: the same prefixes, each before the same part of the source's name. What
/// follows it need not be said row by row.
public struct DestinationPattern: Sendable, Hashable {
  /// What of a source, with its tag, stands at the end of its destinations.
  public enum Part: Sendable, CaseIterable {
    /// All of it, with the registry.
    case whole
    /// What comes after the registry.
    case repository
    /// The same, without Docker Hub's `library`.
    case familiar
    /// What comes after the last slash.
    case name
  }

  /// What stands before it, as `registry.example.com/mirror/`: one for each destination of a row, in the row's order.
  public let prefixes: [String]
  public let part: Part

  public init(prefixes: [String], part: Part) {
    (self.prefixes, self.part) = (prefixes, part)
  }

  /// Rows that are looked at, however long the table is.
  private static let mostLooked = 400
  /// Fewer rows are no rule.
  private static let leastRows = 3
  /// Destinations of a row that are looked at: a tag rule may have any number.
  private static let mostDestinations = 64

  /// What at least two of three rows follow; nil where there is no such rule. Looks at some hundred rows from all over
  /// the table.
  public static func recognise<Rows: RandomAccessCollection<MirrorStatus?>>(in rows: Rows) -> DestinationPattern? {
    let stride = max(rows.count / mostLooked, 1)
    var counts: [DestinationPattern: Int] = [:]
    var looked = 0
    for offset in Swift.stride(from: 0, to: rows.count, by: stride) {
      guard let row = rows[rows.index(rows.startIndex, offsetBy: offset)], row.entry.tags == nil else { continue }
      looked += 1
      for part in Part.allCases {
        if let pattern = DestinationPattern(row, part) { counts[pattern, default: 0] += 1 }
      }
    }
    guard let most = counts.values.max(), most >= leastRows, most * 3 >= looked * 2 else { return nil }
    // Of several that as many follow, the one that goes by most of the source.
    let best = counts.filter { $0.value == most }.keys
    return Part.allCases.lazy.compactMap { part in
      best.filter { $0.part == part }.min { $0.prefixes.lexicographicallyPrecedes($1.prefixes) }
    }.first
  }

  /// The pattern of one row; nil where its destinations do not end in that part of its source.
  private init?(_ row: MirrorStatus, _ part: Part) {
    prefixes = row.destinations.prefix(Self.mostDestinations).compactMap { part.prefix(of: $0) }
    guard prefixes.count == row.destinations.count else { return nil }
    self.part = part
  }

  /// What stands before the same part of the source at a destination that is elsewhere, as `other.example.com/`; nil
  /// where it ends in something else.
  public func prefix(of destination: DestinationStatus) -> String? { part.prefix(of: destination) }

  /// Whether the destination is where the rule puts it.
  public func covers(_ destination: DestinationStatus) -> Bool {
    let end = destination.source.utf8[part.start(in: destination.source)...]
    let reference = destination.reference.utf8
    return prefixes.contains { prefix in
      let length = prefix.utf8.count
      return length + end.count == reference.count && reference.starts(with: prefix.utf8)
        && reference.dropFirst(length).elementsEqual(end)
    }
  }

  /// The destinations that are elsewhere, none of a row that follows the rule; all of one that has too few.
  public func exceptions(of row: MirrorStatus) -> [DestinationStatus] {
    if row.entry.tags == nil, row.destinations.count < prefixes.count { return row.destinations }
    return row.destinations.prefix(Self.mostDestinations).filter { !covers($0) }
  }
}

extension DestinationPattern.Part {
  fileprivate func prefix(of destination: DestinationStatus) -> String? {
    let end = destination.source.utf8[start(in: destination.source)...]
    let count = destination.reference.utf8.count - end.count
    guard count > 0, destination.reference.utf8.dropFirst(count).elementsEqual(end) else { return nil }
    let prefix = destination.reference.utf8.prefix(count)
    return prefix.last == UInt8(ascii: "/") ? String(prefix) : nil
  }

  /// Where it begins in a reference in full.
  public func start(in source: String) -> String.Index {
    let slash = UInt8(ascii: "/")
    let text = source.utf8
    func after(_ index: String.Index?) -> String.Index { index.map { text.index(after: $0) } ?? text.startIndex }
    switch self {
    case .whole: return text.startIndex
    case .repository: return after(text.firstIndex(of: slash))
    case .familiar:
      let library = "\(RegistryHost.dockerHub)/library/"
      return source.hasPrefix(library)
        ? text.index(text.startIndex, offsetBy: library.utf8.count) : after(text.firstIndex(of: slash))
    case .name: return after(text.lastIndex(of: slash))
    }
  }
}
