import Support

/// A row that is not as whoever writes it expects: the same words whatever the table.
extension MirrorError {
  public static func alreadyThere(_ source: String) -> MirrorError {
    MirrorError(.conflict, "there is already a mirror of \(source.cleaned); change it with `ecrmirror edit`")
  }

  public static func removedMeanwhile(_ source: String) -> MirrorError {
    MirrorError(.conflict, "the mirror of \(source.cleaned) was removed in the meantime; nothing was written")
  }

  public static func changedMeanwhile(_ source: String) -> MirrorError {
    MirrorError(
      .conflict, "the mirror of \(source.cleaned) was changed by somebody else in the meantime; check it and try again")
  }
}
