import MirrorCore
import Support
import Terminal

extension View {
  /// Something that is wrong with the machinery.
  static let fault = View(
    "Problem", .text { state, id, width, brush in state.faultText(id, width, &brush) },
    operations: [.timer, .copy], hints: [.timer],
    subject: { state, id in Subject(copied: state.problem(of: id)?.subject) },
    name: { state, id in state.problem(of: id)?.subject ?? id })
}

extension Place {
  static func fault(_ id: Fault.ID) -> Place { Place(.fault, id) }
}

extension State {
  fileprivate func problem(of fault: Fault.ID) -> ProblemRow? { problems.rows.first { $0.place == .fault(fault) } }

  fileprivate func faultText(_ id: String, _ width: Int, _ brush: inout Brush) -> [Line] {
    var page = TextPage(width: width)
    guard let row = problem(of: id) else {
      page.paragraph("this problem is resolved", .good)
      return page.lines
    }
    page.field(row.word, row.subject, .title, labels: 14)
    page.field("what is wrong", row.reason, row.role, labels: 14)
    page.field("what to do", row.advice, labels: 14)
    if let since = row.since { page.field("since", brush.moment(since), labels: 14) }
    return page.lines
  }
}
