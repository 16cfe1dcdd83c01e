import FoundationEssentials
import MirrorCore

@testable import TUI

extension Sample {
  /// Two looks at a copy, four seconds and 20 MiB apart, beside jobs that wait and that ended, and a day of history.
  static let activity: [Event] = [
    .loaded(load(done: 44_040_192, at: ago(4))), .loaded(load(done: 65_011_712, at: now)),
    .history(lastDay, of: .all),
  ]

  static func load(done: Int64, at date: Date) -> Load {
    var copying = progress
    copying.bytes.done = done
    var rows = jobs.map { row in
      var job = row.job
      if job.progress != nil { job.progress = copying }
      return JobRow(job, read: date)
    }
    rows.append(JobRow(ended("job-0", "docker.io/library/alpine:3.20", ago: 60), read: date))
    rows.append(JobRow(ended("job-00", "docker.io/library/busybox:1.37", ago: 6000), read: date))
    return Load(at: date, mirrors: mirrors, jobs: rows, lastSweep: ago(125))
  }

  private static func ended(_ id: String, _ source: String, ago seconds: Double) -> Job {
    Job(
      id: id, name: id,
      request: JobRequest(origin: .run, mirror: source, source: source, destinations: ["\(account)/x:1"]),
      state: .succeeded, created: ago(seconds + 30), started: ago(seconds + 21), stopped: ago(seconds),
      attempts: [JobAttempt(number: 1, started: ago(seconds + 21), stopped: ago(seconds), exitCode: 0)])
  }

  /// Of each hour: how many destinations were copied to by one job, and whether another failed.
  static let lastDay: [HistoryRow] = [(0, 3, true), (1, 1, false), (5, 8, false), (20, 2, true)].flatMap {
    hour, copies, hasFailed in
    [record(hour: hour, copies: copies)] + (hasFailed ? [record(hour: hour, copies: nil)] : [])
  }

  /// - Parameter copies: nil for a job that failed.
  static func record(hour: Int, copies: Int?) -> HistoryRow {
    let end = ago(Double(hour) * 3600 + 60)
    let destinations = (0..<(copies ?? 1)).map { number in
      DestinationRecord(reference: "\(account)/a:\(number)", outcome: copies == nil ? .failed : .copied)
    }
    let image = "docker.io/library/a:1"
    let request = JobRequest(
      origin: .run, mirror: image, source: image, destinations: destinations.map(\.reference))
    let job = "\(copies == nil ? "failed" : "copied")-\(hour)"
    return HistoryRow(
      .job(
        JobRecord(
          JobOrder(id: job, attempt: 1, request: request), started: end.addingTimeInterval(-9), finished: end,
          succeeded: copies != nil, destinations: destinations, error: copies == nil ? "refused" : nil)))
  }
}
