import FoundationEssentials
import Glibc
import MirrorCore
import Support

/// Who has a program of ours ask for jobs, in words for a person: `ann@web1`, or a job of AWS Batch.
enum Asker {
  /// - Parameter host: the machine's name.
  static func name(_ environment: [String: String], host: String = RunHolder.current("").host) -> String {
    if let job = environment[JobWords.id], !job.isEmpty { return "job \(job)".cleaned.shortened(to: 100) }
    let user = ["USER", "LOGNAME"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? "user \(getuid())"
    return "\(user)@\(host)".cleaned.shortened(to: 100)
  }
}
