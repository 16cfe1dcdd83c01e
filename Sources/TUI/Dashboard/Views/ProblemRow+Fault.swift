import MirrorCore
import Support

extension ProblemRow {
  /// What is wrong with the machinery.
  static func of(_ fault: Fault) -> ProblemRow {
    let (weight, role) = fault.kind.gravity
    return ProblemRow(
      id: "fault \(fault.id)", weight: weight, word: fault.kind.rawValue, role: role, subject: fault.subject.cleaned,
      since: fault.since, reason: fault.reason.cleaned, advice: fault.advice.cleaned, place: .fault(fault.id))
  }
}

extension Fault.Kind {
  /// Where nothing is copied, that comes before what is wrong with any mirror.
  var gravity: (weight: Int, role: Role) {
    switch self {
    case .queue, .compute, .worker, .program: (99, .bad)
    case .deadLetters: (80, .warning)
    case .timer: (75, .warning)
    case .unseen: (4, .warning)
    }
  }
}
