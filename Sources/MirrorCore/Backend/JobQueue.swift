/// Where jobs wait, and how each of them stands.
public protocol JobQueue: Sendable {
  /// Queues mirror jobs, and sees to it that somebody works on them. Where a job for the same source lives, that one
  /// is the answer.
  ///
  /// - Returns: an answer for each request, in their order: why it cannot be queued, where that is about the one alone.
  func submit(_ requests: [JobRequest]) async throws -> [Result<Submission, MirrorError>]

  /// All live jobs, and the newest `finished` of those that ended; newest first.
  func jobs(finished: Int) async throws -> [Job]

  /// - Returns: nil where there is no such job, or it ended so long ago that the queue forgot it.
  func job(_ id: String) async throws -> Job?

  /// Stops a job, whatever its state; one that ended already stays as it is.
  ///
  /// - Returns: false where there is no such job.
  func cancel(_ id: String, reason: String) async throws -> Bool

  /// Why somebody wants, or wanted, a job stopped: asked by the job itself, which is told to end for other reasons too.
  ///
  /// - Returns: nil where nobody does, or nobody knows.
  func cancellation(of id: String) async throws -> String?

  /// What a run may put together in one job; nil where each image has a job of its own.
  var packs: PackLimits? { get }

  /// An order with all of its images, as the job's process needs it, which was told the first only.
  ///
  /// - Throws: also where the list of images is gone.
  func opened(_ order: JobOrder) async throws -> JobOrder

  /// Takes up one image of a job of several.
  func begin(_ image: JobImage, of order: JobOrder) async throws -> ImageTurn

  /// A job of several images is through with this one: the next request for its source has a job of its own.
  func settle(_ image: JobImage, of order: JobOrder) async throws

  /// Takes an image out of a job of several that has not begun with it.
  ///
  /// - Returns: false where the job has begun with it, or is through with it.
  func withdraw(_ source: String, from job: String) async throws -> Bool

  /// Keeps what a running job says of itself. Lost without harm.
  func report(_ progress: JobProgress, job: String) async throws

  /// Sees to it that somebody works on what is queued, as after a crash of the worker.
  func wake() async throws

  /// As for the table.
  func revision() async throws -> Int64?
}
