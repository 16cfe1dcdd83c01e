import Support

/// What copies of an index's images, one by one, come to together: as if one copy moved all of them.
struct SelectedProgress: Sendable, Equatable {
  /// Of copies that are done.
  private var before = JobProgress(
    phase: .copying, images: .init(total: 0), blobs: .init(total: 0), bytes: .init(total: 0))
  private var last: JobProgress?
  /// Images that are copied in all.
  private let images: Int64

  init(images: Int) {
    self.images = Int64(images)
  }

  /// - Returns: the same progress with what the copies before moved.
  mutating func note(_ progress: JobProgress) -> JobProgress {
    last = progress
    var all = progress
    all.images = JobProgress.Count(done: before.images.done.plus(progress.images.done), total: images)
    all.blobs = Self.sum(before.blobs, progress.blobs)
    // What the images to come have is not known.
    all.bytes = JobProgress.Count(
      done: before.bytes.done.plus(progress.bytes.done),
      total: all.images.done.plus(1) < images ? nil : Self.sum(before.bytes, progress.bytes).total)
    return all
  }

  /// An image is there.
  mutating func next() {
    before.images.done = before.images.done.plus(1)
    if let last {
      (before.blobs, before.bytes) = (Self.sum(before.blobs, last.blobs), Self.sum(before.bytes, last.bytes))
    }
    last = nil
  }

  private static func sum(_ one: JobProgress.Count, _ other: JobProgress.Count) -> JobProgress.Count {
    JobProgress.Count(
      done: one.done.plus(other.done), total: one.total.flatMap { total in other.total.map { total.plus($0) } })
  }
}
