import MirrorCore
import Support

extension Console {
  /// Names the rows that a sweep left out, each with the reason.
  static func note(skippedBy report: SweepReport) {
    for skipped in report.skipped { note("skipped: \(skipped.source.cleaned): \(skipped.reason)") }
  }
}
