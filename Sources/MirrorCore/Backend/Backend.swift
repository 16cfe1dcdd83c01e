/// What everything above stands on: the mirror table, the job queue, the history, the logs and the automation of one
/// installation, on this machine or in AWS.
public struct Backend: Sendable {
  public let table: any MirrorTable
  public let queue: any JobQueue
  public let history: any History
  public let logs: any JobLogs
  public let automation: any Automation
  /// For a person, to tell one installation from another: a folder, or a stack with its account and region.
  public let name: String
  /// Whether what is read costs requests, which somebody pays for or which are limited.
  public let isMetered: Bool
  /// Whether jobs run on other machines, with other addresses and sign-ins than this one's, which people can stop past
  /// this program.
  public let copiesElsewhere: Bool

  public init(
    table: any MirrorTable, queue: any JobQueue, history: any History, logs: any JobLogs,
    automation: any Automation, name: String, isMetered: Bool = false, copiesElsewhere: Bool = false
  ) {
    self.table = table
    self.queue = queue
    self.history = history
    self.logs = logs
    self.automation = automation
    self.name = name
    self.isMetered = isMetered
    self.copiesElsewhere = copiesElsewhere
  }
}
