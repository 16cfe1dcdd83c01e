import FoundationEssentials
import Subprocess
import Support
import SystemPackage

/// Shows an address in the person's web browser, where there is one at this screen.
struct Browser: Sendable {
  /// A program, and what comes before the address.
  let command: [String]

  /// The one that `BROWSER` names, else the desktop's own; nil where there is no desktop, as over ssh.
  init?(_ environment: [String: String]) {
    let search = SearchPath(environment["PATH"] ?? "")
    for named in (environment["BROWSER"] ?? "").split(separator: ":") {
      let words = named.split(separator: " ").map(String.init)
      if let path = words.first.flatMap(search.path) {
        command = [path] + words.dropFirst().filter { $0 != "%s" }
        return
      }
    }
    let hasDesktop = ["DISPLAY", "WAYLAND_DISPLAY"].contains { !(environment[$0] ?? "").isEmpty }
    guard hasDesktop, let path = search.find("xdg-open") else { return nil }
    command = [path]
  }

  /// Starts it apart from this terminal, and does not wait for its end.
  func open(_ address: String) {
    Task.detached { [command] in
      var options = PlatformOptions()
      options.createSession = true
      _ = try? await Subprocess.run(
        .path(FilePath(command[0])), arguments: Arguments(command.dropFirst() + [address]), platformOptions: options,
        input: .none, output: .discarded, error: .discarded)
    }
  }
}
