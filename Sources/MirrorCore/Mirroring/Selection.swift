public import OCIRegistry

/// Which rows an action is about.
public enum Selection: Sendable, Equatable {
  case all
  /// Rows that were last seen with a destination out of step.
  case drifted
  /// Rows by their keys.
  case sources([String])
  /// One source image, in each row that mirrors it: what a push was about. Rows that do not are passed over. A
  /// repository without a tag stands for all that its row mirrors.
  case image(ImageReference)
}
