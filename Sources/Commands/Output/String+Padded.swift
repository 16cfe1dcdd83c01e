extension String {
  /// With blanks behind it, so that what follows stands in one column.
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(width - count, 0)) }
}
