/// What will be asked soon, for whoever may ask for several things at once.
///
/// A type of its own: an optimized build ends in a segmentation fault where a task's local value is a bare function
/// (Swift 6.3).
public struct UpcomingLooks: Sendable {
  /// Set by whoever has more to ask.
  @TaskLocal public static var current: UpcomingLooks?

  /// The repositories of a registry that are next, without repeats.
  let repositories: @Sendable (_ registry: String) -> [ImageReference]

  public init(_ repositories: @escaping @Sendable (_ registry: String) -> [ImageReference]) {
    self.repositories = repositories
  }
}
