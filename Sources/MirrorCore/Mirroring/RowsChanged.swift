public import FoundationEssentials
import Support

/// What came of a change to rows: those that were written, and those that were left as they are.
public struct RowsChanged: Sendable, Equatable {
  /// A row that was left alone.
  public struct Left: Sendable, Equatable {
    /// The row's key.
    public let source: String
    /// Why, as half a sentence or a sentence.
    public let reason: String

    public init(source: String, reason: String) {
      self.source = source
      self.reason = reason
    }
  }

  public var written: [RowChange]
  public var left: [Left]
  /// When it was begun.
  public let at: Date

  public init(written: [RowChange] = [], left: [Left] = [], at: Date = .now) {
    self.written = written
    self.left = left
    self.at = at
  }

  /// Rows that are active by it and of which nothing is known: nobody looked at them since they are what they are.
  ///
  /// - Returns: their keys.
  public func unseen(at now: Date) -> [String] {
    written.compactMap(\.new).filter { $0.isActive(at: now) && $0.observed.isEmpty }.map(\.source)
  }
}

extension RowChange {
  /// What takes it back.
  ///
  /// - Parameter now: the row as it is; nil where it is gone.
  /// - Throws: `conflict` where somebody changed the row since.
  func undone(over now: MirrorEntry?) throws(MirrorError) -> RowChange {
    guard let new else {
      guard now == nil else { throw MirrorError(.conflict, "somebody else added a mirror of it again") }
      guard var before = old else { throw MirrorError(.conflict, "there is nothing to undo") }
      // No table takes what was seen with a new row.
      before.observed = [:]
      return .add(before)
    }
    guard let now else { throw MirrorError(.conflict, "somebody else deleted it since") }
    guard now.isStored(from: new) else { throw MirrorError(.conflict, "somebody else changed it since") }
    guard var before = old else { return .remove(now) }
    before.observed = now.observed
    return .replace(now, with: before)
  }

  /// What was seen before the change and is not known after it, to be kept once more where the row is as it was.
  ///
  /// - Parameter now: the row as it is before the change is taken back.
  func forgotten(over now: MirrorEntry?) -> ObservedChange {
    let known = now?.observed ?? [:]
    return ObservedChange(set: (old?.observed ?? [:]).filter { known[$0.key] == nil })
  }
}

extension MirrorEntry {
  /// Whether the row, as it was read, is what was written: tables keep end dates to the second.
  fileprivate func isStored(from written: MirrorEntry) -> Bool {
    func seconds(_ entry: MirrorEntry) -> MirrorEntry {
      var entry = entry
      entry.expires = entry.expires.map { Date(timeIntervalSince1970: $0.timeIntervalSince1970.rounded(.down)) }
      return entry
    }
    return seconds(self).hasSameDefinition(as: seconds(written))
  }
}
