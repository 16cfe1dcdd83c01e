import AWSBackend

/// Where control jobs are queued.
struct ControlQueue: Sendable {
  /// The newest, in whatever state.
  let recent: @Sendable () async throws -> [ControlJob]
  /// Queues a job of this name that does the run of this id; its id.
  let submit: @Sendable (_ name: String, _ run: String) async throws -> String
}
