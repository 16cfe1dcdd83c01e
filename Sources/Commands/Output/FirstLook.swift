import ArgumentParser
import MirrorCore
import Support

/// The look at mirrors that somebody has just added.
struct FirstLook {
  private let service: MirrorService

  init(_ service: MirrorService) {
    self.service = service
  }

  /// Looks, and says what was found.
  ///
  /// - Throws: the exit code of a failure where something could not be seen.
  func look(at sources: [String]) async throws {
    if sources.isEmpty { return }
    let progress = ProgressLine("looking")
    let report = try await service.check(.sources(sources)) { progress.show($0.looked, of: $0.known) }
    progress.clear()
    Console.note(skippedBy: report)
    Console.note(report.summary)
    if report.hasGaps { throw ExitCode.failure }
  }
}
