import FoundationEssentials
import Glibc
import Support

/// What is left of a job whose own process is gone: skopeo runs in the job's process group.
enum ProcessGroup {
  /// Kills what still runs in the group that `leader` led.
  ///
  /// The kernel gives no new process a number that is still a group's. So while members live and no process has the
  /// leader's number, the group is the one that `leader` led; if one has it, the group died out and the number is a
  /// stranger's.
  /// - Parameter began: when the leader was alive; a group from before the machine's last start is never touched.
  static func killRemains(of leader: pid_t, since began: Date) {
    guard leader > 1, !isAlive(leader), let boot = bootTime, began > boot else { return }
    if hasMembers(leader) { kill(-leader, SIGKILL) }
  }

  /// Whether the process runs. One that has ended and was not yet waited for, as happens for long under an init that
  /// waits for nobody, does not.
  static func isAlive(_ process: pid_t) -> Bool {
    guard let text = try? String(contentsOf: URL(filePath: "/proc/\(process)/stat"), encoding: .utf8),
      let name = text.lastIndex(of: ")")
    else { return false }
    return !text[name...].hasPrefix(") Z") && !text[name...].hasPrefix(") X")
  }

  private static func hasMembers(_ group: pid_t) -> Bool {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc") else { return false }
    return names.contains { name in
      guard let process = pid_t(name) else { return false }
      return getpgid(process) == group
    }
  }

  private static var bootTime: Date? {
    guard let text = try? String(contentsOf: URL(filePath: "/proc/stat"), encoding: .utf8) else { return nil }
    for line in text.split(separator: "\n") where line.hasPrefix("btime ") {
      return Double(line.dropFirst(6)).map { Date(timeIntervalSince1970: $0) }
    }
    return nil
  }
}
