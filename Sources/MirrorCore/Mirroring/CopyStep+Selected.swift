import Logging
import OCIRegistry
import Support

/// Where a row selects platforms: their images one by one, then the index.
extension CopyStep {
  /// Whether the destination has an index that lists more than is there.
  var isSparse: Bool { selected.map { $0.children != nil && $0.index == nil } ?? false }

  /// Whether what is selected is there, where the index does not tell.
  func hasSelected() async throws(CopyFailure) -> Bool {
    guard isSparse else { return true }
    for child in selected?.children ?? [] where try await !isThere(child) { return false }
    return true
  }

  private func isThere(_ child: Digest) async throws(CopyFailure) -> Bool {
    do {
      return try await job.registries.head(destination.withDigest(child)).digest == child
    } catch {
      if error.kind == .notFound { return false }
      throw CopyFailure(error)
    }
  }

  /// Copies the images one by one, but for those that are there, and then puts the index.
  func copy(
    _ children: [Digest], _ index: [UInt8]?, from origin: ImageReference
  ) async throws(CopyFailure) {
    // What a policy of the machine wants to look at goes through skopeo.
    let mayBeThere = job.copier.accepts(source)
    let progress = Lock(SelectedProgress(images: children.count))
    for child in children {
      try goOn()
      if mayBeThere, try await isThere(child) {
        logger.info("the image \(child) is already there")
      } else {
        let copy = ImageCopy(
          origin.withDigest(child), to: destination.withDigest(child), options: options, count: count)
        try await make(copy) { report in
          var report = report
          report.destination = destination.description
          return progress.withLock { $0.note(report) }
        }
      }
      progress.withLock { $0.next() }
    }
    try goOn()
    guard let index else { return try await copyIndex(from: origin) }
    logger.info("putting an index of \(children.count) images", metadata: ["digest": "\(wanted.digest)"])
    do {
      try await job.registries.putManifest(index, mediaType: wanted.mediaType, as: destination)
    } catch {
      throw CopyFailure(put: error, to: destination)
    }
  }

  private func copyIndex(from origin: ImageReference) async throws(CopyFailure) {
    var copy = ImageCopy(origin.withDigest(wanted.digest), to: destination, options: options, count: count)
    copy.isIndexOnly = true
    do {
      try await make(copy) { $0 }
    } catch {
      guard error.missesImages else { throw error }
      throw CopyFailure(
        .refused,
        "\(destination.registry) takes no index without all of its images, so let the mirror have one of its own with `ecrmirror edit --no-sparse`: \(error.reason)"
      )
    }
  }
}
