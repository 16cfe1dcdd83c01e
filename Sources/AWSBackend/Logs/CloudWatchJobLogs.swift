public import AWSClient
import FoundationEssentials
public import MirrorCore
import Support

/// Job logs in CloudWatch Logs: a stream for each attempt.
public struct CloudWatchJobLogs: JobLogs {
  private let queue: BatchQueue
  private let logs: LogsClient
  /// The group of jobs that do not name their own.
  private let group: String

  /// Pages that may be read for one answer: some are empty, or nearly so.
  private static let pages = 20

  public init(_ connection: AWSConnection, _ queue: BatchQueue) {
    self.queue = queue
    logs = LogsClient(connection)
    group = queue.settings.logGroup
  }

  /// Events are there for readers some seconds after they were sent.
  public var lag: Duration { .seconds(5) }

  public func lines(job: String, attempt: Int?, after cursor: String?, limit: Int) async throws -> LogPage {
    guard let detail = try await queue.calling({ try await queue.detail(job) }) else {
      throw MirrorError(
        .notFound,
        "AWS Batch no longer knows the job \(job.cleaned.shortened(to: 80)); its log may still be in the log group \(group.bounded)"
      )
    }
    let number = attempt ?? detail.newestAttempt
    let last = cursor.flatMap(LogCursor.init)
    // Where another attempt has begun its log is read from the start.
    let position = last?.attempt == number ? last ?? LogCursor(attempt: number) : LogCursor(attempt: number)
    guard let stream = detail.logStream(of: number) else {
      return LogPage(lines: [], cursor: position.description, attempt: number)
    }
    let source = LogStream(logs: logs, group: detail.logGroup ?? group, stream: stream)
    let page = try await reading(source) {
      try await cursor == nil ? source.tail(limit, pages: Self.pages) : source.on(position, limit, pages: Self.pages)
    }
    let next = LogCursor(
      attempt: number, time: page.events.last?.timestamp ?? position.time, token: page.token ?? position.token)
    return LogPage(lines: page.events.map(LogLine.init), cursor: next.description, attempt: number)
  }

  /// What is not there yet is empty.
  private func reading(_ source: LogStream, _ body: () async throws -> LogStream.Page) async throws -> LogStream.Page {
    do {
      return try await body()
    } catch let error as AWSError where error.code == "ResourceNotFoundException" {
      // One error for both: a group that is missing will not come by itself.
      guard !error.description.contains("log group") else {
        throw MirrorError(
          .backend, "there is no log group \(source.group.bounded)",
          Outage(.gone, "check the stack, or the job's log configuration"))
      }
      return LogStream.Page()
    } catch let error as AWSError {
      throw error.meaning(forJobsIn: queue.region)
    }
  }
}

extension BatchClient.JobDetail {
  /// The number of the attempt under way, or of the last.
  var newestAttempt: Int {
    max((attempts?.count ?? 0) + (JobState(batch: status) == .running ? 1 : 0), 1)
  }

  /// - Returns: nil for an attempt that has not come so far as to log.
  func logStream(of attempt: Int) -> String? {
    let ended = attempts ?? []
    let name =
      ended.indices.contains(attempt - 1)
      ? ended[attempt - 1].container?.logStreamName
      : attempt == ended.count + 1 ? container?.logStreamName : nil
    return name.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Where the job definition says that logs go.
  var logGroup: String? {
    container?.logConfiguration?.options?["awslogs-group"].flatMap { $0.isEmpty ? nil : $0 }
  }
}
