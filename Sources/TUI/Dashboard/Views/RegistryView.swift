import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support
import Terminal

extension View {
  /// All that this dashboard saw of a registry.
  static let registry = View(
    "Registry", .text { state, id, width, brush in state.registryText(id, width, &brush) },
    operations: [.copy],
    watch: { state, _ in state.watchOfRegistries },
    subject: { _, id in Subject(copied: id) }, name: { _, id in id })
}

extension Place {
  static func registry(_ id: RegistryRow.ID) -> Place { Place(.registry, id) }
}

extension State {
  fileprivate func registryText(_ id: String, _ width: Int, _ brush: inout Brush) -> [Line] {
    var page = TextPage(width: width)
    guard let row = registries.rows.first(where: { $0.id == id }) else {
      page.paragraph("no mirror names the registry \(id) any more", .warning)
      return page.lines
    }
    page.field("registry", id, .title, labels: 13)
    page.field("state", row.state, row.status == nil ? .faint : row.isFine ? .good : .bad, labels: 13)
    page.field("sign-in", row.signIn?.text ?? "checking", labels: 13)
    page.field("mirrors", "source of \(row.use.sources), destination of \(row.use.destinations)", labels: 13)
    page.gap()
    page.heading("Seen by this dashboard; jobs run as separate processes and use the same limits")
    guard let status = row.status else {
      page.paragraph("no request was sent to it yet: c checks a mirror", .faint)
      return page.lines
    }
    page.field("requests", String(status.requests), labels: 13)
    page.field("throttled", "\(counted(status.throttled, "time")) (429)", labels: 13)
    page.field("pulls left", row.pulls ?? "no limit advertised", labels: 13)
    if let reset = status.resetsAt {
      page.field("resets", "\(reset.rfc3339)  (\(brush.end(reset)))", labels: 13)
    }
    page.field("counted for", status.source ?? "", labels: 13)
    if let until = status.blockedUntil {
      page.field("paused", "until \(until.rfc3339)  (\(brush.end(until)))", .warning, labels: 13)
    }
    page.field("last error", status.lastError ?? "", .bad, labels: 13)
    return page.lines
  }
}
