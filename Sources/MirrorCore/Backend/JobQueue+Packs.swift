/// Whether a job may go on with one of its images.
public enum ImageTurn: Sendable, Equatable {
  /// It is the job's to do: which try at this image it is, 1 for the first.
  case attempt(Int)
  /// The job is through with it, somebody took it out of the job, or another job has it.
  case gone
}

// A queue whose jobs have one image each has nothing to tell images apart by.
extension JobQueue {
  public var packs: PackLimits? { nil }

  public func opened(_ order: JobOrder) async throws -> JobOrder { order }

  public func begin(_ image: JobImage, of order: JobOrder) async throws -> ImageTurn { .attempt(order.attempt) }

  public func settle(_ image: JobImage, of order: JobOrder) async throws {}

  public func withdraw(_ source: String, from job: String) async throws -> Bool { false }
}
