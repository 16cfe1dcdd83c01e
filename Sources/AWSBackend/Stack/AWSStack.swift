public import AWSClient
public import MirrorCore

/// A deployed stack, ready to be worked on.
public struct AWSStack: Sendable {
  public let name: String
  public let settings: StackSettings
  public let connection: AWSConnection
  public let queue: BatchQueue
  public let backend: Backend
  private let history: DynamoHistory

  /// Finds a stack by its name.
  ///
  /// - Throws: `MirrorError` saying what to check.
  public static func open(_ name: String, _ connection: AWSConnection) async throws(MirrorError) -> AWSStack {
    AWSStack(name, try await StackSettings.find(name, connection), connection)
  }

  public init(_ name: String, _ settings: StackSettings, _ connection: AWSConnection) {
    self.name = name
    self.settings = settings
    self.connection = connection
    let queue = BatchQueue(connection, settings)
    self.queue = queue
    let dynamo = DynamoDBClient(connection)
    let revisions = Revisions(dynamo, settings.historyTable)
    let place = [settings.account, settings.region ?? connection.endpoints.region].compactMap(\.self)
    history = DynamoHistory(dynamo, settings.historyTable, revisions)
    backend = Backend(
      table: DynamoTable(dynamo, settings.mirrorTable, revisions), queue: queue,
      history: history, logs: CloudWatchJobLogs(connection, queue),
      automation: StackAutomation(name, connection, settings, queue, history),
      name: "\(name) (\(place.joined(separator: " ")))", isMetered: true, copiesElsewhere: true)
  }

  /// Whether somebody paused the timer, whatever the state of its rule.
  @Sendable public func isTimerPaused() async throws -> Bool { try await history.isTimerPaused() }
}
