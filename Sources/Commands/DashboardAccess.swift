public import Installation
public import MirrorCore

/// What commands want of the dashboard, which stands above them: the program hands it to them when it starts.
public struct DashboardAccess: Sendable {
  let open: @Sendable (DashboardRequest) async throws -> Void
  let check: @Sendable (DashboardConfiguration) throws -> Void
  let filter: @Sendable (String) throws -> @Sendable (Snapshot) -> Snapshot

  @TaskLocal static var current: DashboardAccess?

  /// - Parameters:
  ///   - open: Shows the dashboard until it is quit.
  ///   - check: Looks whether the dashboard takes what the configuration says of it.
  ///   - filter: Reads a filter as people type it into the dashboard; what comes back leaves in a snapshot what the
  ///     dashboard would show. Its errors describe themselves to whoever typed it.
  public init(
    open: @escaping @Sendable (DashboardRequest) async throws -> Void,
    check: @escaping @Sendable (DashboardConfiguration) throws -> Void,
    filter: @escaping @Sendable (String) throws -> @Sendable (Snapshot) -> Snapshot
  ) {
    self.open = open
    self.check = check
    self.filter = filter
  }
}

/// Which dashboard is wanted, by the options of the command line.
public struct DashboardRequest: Sendable {
  public let choice: InstallationChoice
  public let environment: [String: String]
  public let configuration: Configuration
  /// Refuses and hides whatever changes anything.
  public let isReadOnly: Bool
  public let wantsColor: Bool
  /// Whether it is plain lines rather than a screen.
  public let isLinear: Bool
  /// The view it begins with, and the filter there, as they were typed; nil where one was last.
  public let view: String?
  public let filter: String?
}
