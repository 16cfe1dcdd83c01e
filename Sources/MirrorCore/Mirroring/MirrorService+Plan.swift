import OCIRegistry

extension MirrorService {
  /// Looks at the registries and says what a mirroring would copy, and what that takes; submits nothing.
  ///
  /// What was seen is kept, as by a check. Sizes are read where no registry counts it.
  public func plan(
    _ selection: Selection, onProgress: @escaping @Sendable (SweepProgress) -> Void = { _ in }
  ) async throws -> CopyPlan {
    let report = try await mirror(selection, dryRun: true, onProgress: onProgress)
    let platforms = report.requests.map { request in (request.source, request.image.platforms) }
    let sizes = await ImageSize(registries).of(
      report.requests.map(\.source),
      Dictionary(
        platforms.compactMap { source, some in some.map { (source, $0) } }, uniquingKeysWith: { one, _ in one }))
    try Task.checkCancellation()
    return CopyPlan(report, sizes: sizes, registries: registries.status(), isCopiedElsewhere: backend.copiesElsewhere)
  }
}
