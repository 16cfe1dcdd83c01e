import OCIRegistry

extension MirrorEntry {
  /// The source in full, the same for all its spellings.
  public var fullSource: String { (try? ImageReference(source))?.description ?? source }

  /// Checks that the row can work.
  ///
  /// - Throws: `MirrorError.invalid` saying what cannot be used.
  public func validate() throws(MirrorError) {
    if source.utf8.count > 2048 { throw MirrorError(.invalid, "the source is longer than 2048 bytes, a key's limit") }
    // A rule selects from tags that only the registry knows; one that fits the rule stands in for them here.
    _ = try images(sourceTags: ["latest"])
  }
}
