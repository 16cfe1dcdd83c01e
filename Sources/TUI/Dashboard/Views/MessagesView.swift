import FoundationEssentials
import Support
import Terminal

extension View {
  /// What this dashboard said, the newest first.
  static let messages = View(
    "Messages", .text { state, _, width, brush in state.messagesText(width) },
    tab: Tab("7", "the messages of this dashboard"))
}

extension Place {
  static let messages = Place(.messages)
}

extension State {
  fileprivate func messagesText(_ width: Int) -> [Line] {
    var page = TextPage(width: width)
    if messages.isEmpty { page.paragraph("no messages yet", .faint) }
    for message in messages.reversed() {
      page.field(message.at.rfc3339, message.word + message.text, message.role, labels: 22)
    }
    return page.lines
  }
}
