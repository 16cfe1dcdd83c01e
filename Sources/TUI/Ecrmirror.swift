import Commands
import FoundationEssentials
import Installation
import MirrorCore
import Support

/// The program that people use: its commands, and the dashboard that opens without one.
@main
enum Ecrmirror {
  static func main() async {
    Dumps.forbid()
    BrokenPipe.survive()
    // Before any other thread.
    Memory.shareHeap()
    let dashboard = DashboardAccess { request in
      let wantsStart = request.view != nil || request.filter != nil
      try await Dashboard.run(
        request.choice, environment: request.environment,
        options: DashboardOptions(
          readOnly: request.isReadOnly, color: request.wantsColor, isLinear: request.isLinear,
          start: wantsStart ? try DashboardStart(view: request.view, filter: request.filter, now: .now) : nil,
          settings: try DashboardSettings(request.configuration.dashboard), stacks: request.configuration.stacks))
    } check: { configuration in
      _ = try DashboardSettings(configuration)
    } filter: { text in
      let filter = try Filter(text, fields: MirrorRow.fields, now: .now)
      return { snapshot in
        var shown = snapshot
        shown.mirrors.removeAll { !filter.matches(MirrorRow($0)) }
        shown.unreadable.removeAll { !filter.matches(MirrorRow($0)) }
        return shown
      }
    }
    await runCommandLine(dashboard)
  }
}
