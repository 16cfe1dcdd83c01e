import Glibc
import Support

/// What is left of a job whose own process is gone: what that started and did not take with it.
struct JobRemains: Sendable {
  /// The job's own process, which led a session.
  let leader: ProcessIdentity
  let job: JobID

  /// Kills it and waits for its end, some seconds at the most: the next attempt is to have the field to itself.
  func clear() async {
    let found = members
    for member in found { member.signal(SIGKILL) }
    let latest = ContinuousClock.now + .seconds(5)
    while found.contains(where: \.isAlive), .now < latest { try? await Task.sleep(for: .milliseconds(10)) }
  }

  /// Processes of the leader's session, begun after it, that say they are the job's. A session's number may be given
  /// anew when all of it has ended, so that it alone tells nothing.
  var members: [ProcessIdentity] {
    guard !leader.isAlive else { return [] }
    return ProcessIdentity.all.filter { process in
      guard process.boot == leader.boot, process.started >= leader.started,
        let status = ProcessStatus(of: process.number), status.session == leader.number
      else { return false }
      return isMarked(process) && process.isAlive
    }
  }

  private func isMarked(_ process: ProcessIdentity) -> Bool {
    // Of another user's process it cannot be read.
    guard let environment = try? readFile("/proc/\(process.number)/environ", limit: 1 << 22) else { return false }
    let mark = Array("\(ProcessMark.job)=\(job)".utf8)
    return environment.split(separator: 0).contains { $0.elementsEqual(mark) }
  }
}
