/// A part of a regular expression.
indirect enum PatternNode: Sendable {
  case empty
  case one(ScalarSet)
  case sequence([PatternNode])
  case alternatives([PatternNode])
  /// nil: without end.
  case times(PatternNode, least: Int, most: Int?)
  case at(PatternBoundary)
}

/// A place between two bytes.
enum PatternBoundary: Sendable {
  case lineStart
  case lineEnd
  case wordEdge
  case noWordEdge
  case wordStart
  case wordEnd

  /// What stands before and after a place.
  enum Side: UInt8, Sendable, CaseIterable {
    /// The text begins or ends.
    case edge
    case newline
    case word
    case other

    init(_ byte: UInt8) {
      self = byte == 0x0a ? .newline : isAlphanumeric(byte) || byte == UInt8(ascii: "_") ? .word : .other
    }
  }

  func holds(_ before: Side, _ after: Side) -> Bool {
    switch self {
    case .lineStart: before == .edge || before == .newline
    case .lineEnd: after == .edge || after == .newline
    case .wordEdge: (before == .word) != (after == .word)
    case .noWordEdge: (before == .word) == (after == .word)
    case .wordStart: before != .word && after == .word
    case .wordEnd: before == .word && after != .word
    }
  }
}
