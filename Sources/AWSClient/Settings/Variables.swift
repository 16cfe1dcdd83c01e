/// Environment variables; an empty one is as good as none.
struct Variables: Sendable, Equatable, Confidential {
  let all: [String: String]

  init(_ environment: [String: String]) {
    all = environment
  }

  subscript(name: String) -> String? {
    all[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// A path whose `~` stands for the home folder.
  func expandingHome(_ path: String) -> String {
    guard let home = self["HOME"], path == "~" || path.hasPrefix("~/") else { return path }
    return home + path.dropFirst()
  }
}
