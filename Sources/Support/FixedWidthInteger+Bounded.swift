extension FixedWidthInteger {
  /// The sum, or the largest number where it is more: of figures that somebody else gave, none below zero.
  public func plus(_ other: Self) -> Self {
    let (sum, isTooLarge) = addingReportingOverflow(other)
    return isTooLarge ? .max : sum
  }

  /// The product, or the largest number where it is more.
  public func times(_ other: Self) -> Self {
    let (product, isTooLarge) = multipliedReportingOverflow(by: other)
    return isTooLarge ? .max : product
  }
}
