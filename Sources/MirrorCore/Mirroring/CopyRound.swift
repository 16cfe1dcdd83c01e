import OCIRegistry
import Support

/// One pass over the destinations of an image: one after another until one has it, from which all others then copy, side
/// by side.
struct CopyRound: Sendable {
  let job: MirrorJob
  let image: MirrorImage
  /// What destinations are to hold.
  let wanted: ManifestDescriptor
  /// Where the row selects platforms.
  let selected: SelectedImage?
  /// Of the row.
  let options: [String: JSONValue]
  private let deferred: Lock<Deferrals>

  init(
    job: MirrorJob, image: MirrorImage, source: ManifestDescriptor, selected: SelectedImage?,
    options: [String: JSONValue], deferred: Deferrals
  ) {
    (self.job, self.image, self.options) = (job, image, options)
    (wanted, self.selected) = (selected?.wanted ?? source, selected)
    self.deferred = Lock(deferred)
  }

  /// - Returns: what became of each destination, in the image's order.
  func run() async -> [DestinationResult] {
    var results: [DestinationResult] = []
    var good: ImageReference?
    for destination in image.destinations where good == nil {
      let result = await step(to: destination, after: results.count, from: image.source)
      if result.isGood(wanted, job.registries) { good = destination }
      results.append(result)
    }
    let rest = Array(image.destinations.dropFirst(results.count))
    guard let good, !rest.isEmpty else { return results }
    if rest.count > 1 { job.join(rest) }
    let done = results.count
    let others = try? await concurrently(rest, width: width(of: rest + [good])) { destination in
      await step(to: destination, after: done, from: good)
    }
    return results + (others ?? [])
  }

  /// A registry that takes one copy at once gets no two of one job either.
  private func width(of references: [ImageReference]) -> Int {
    references.compactMap { job.limits.copies(at: $0.registry) }.reduce(job.destinationsAtOnce, min)
  }

  private func step(to destination: ImageReference, after done: Int, from origin: ImageReference) async
    -> DestinationResult
  {
    let count = JobProgress.Count(done: Int64(done), total: Int64(image.destinations.count))
    let step = CopyStep(
      job: job, source: image.source, wanted: wanted, selected: selected, destination: destination, options: options,
      count: count)
    let result = await step.run(from: origin, unless: deferred.withLock(\.self))
    if let deferral = result.failure?.deferral { deferred.withLock { _ = $0.note(deferral) } }
    job.note(result)
    return result
  }
}

extension DestinationResult {
  /// Only an unchanged copy can stand in for the source, and one that is read where it was written.
  fileprivate func isGood(_ wanted: ManifestDescriptor, _ registries: RegistryClient) -> Bool {
    failure == nil && after == wanted.digest && registries.detour(of: destination) == nil
  }
}
