import MirrorCore
import Support

extension ProblemRow {
  /// What is wrong with the machinery.
  static func of(_ fault: Fault) -> ProblemRow {
    ProblemRow(
      id: "fault \(fault.id)", kind: .fault(fault.kind), subject: fault.subject.cleaned,
      since: fault.since, reason: fault.reason.cleaned, advice: fault.advice.cleaned, place: .fault(fault.id))
  }
}
