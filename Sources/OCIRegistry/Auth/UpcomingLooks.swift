/// What will be asked soon, for whoever may ask for several things at once.
public enum UpcomingLooks {
  /// The repositories of a registry that are next, without repeats: set by whoever has more to ask.
  @TaskLocal public static var repositories: (@Sendable (_ registry: String) -> [ImageReference])?
}
