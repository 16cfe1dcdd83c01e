/// What jobs say.
public protocol JobLogs: Sendable {
  /// Lines of one attempt after `cursor`.
  ///
  /// - Parameters:
  ///   - attempt: nil for the newest.
  ///   - cursor: nil for the last `limit` lines; then what the last page gave.
  ///   - limit: lines in the answer, at most.
  func lines(job: String, attempt: Int?, after cursor: String?, limit: Int) async throws -> LogPage

  /// How long after a job's end its last lines may still come.
  var lag: Duration { get }
}
