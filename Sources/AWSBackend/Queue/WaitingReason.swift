/// Why a job waits, where AWS Batch says so: it does when the job at the head of the queue cannot be placed.
///
/// The codes are those of https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable.html
enum WaitingReason {
  private static let sentences = [
    "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE":
      "it cannot start: it requires more than its compute environments may have; raise their maxvCpus, or lower the job definition's requirements",
    "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT":
      "it cannot start: no machine of its compute environments is as large as the job definition requires",
    "MISCONFIGURATION:SERVICE_ROLE_PERMISSIONS":
      "it cannot start: the service role of its compute environment lacks permissions",
    "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY":
      "it waits for capacity: AWS has none for its compute environments at the moment",
  ]

  /// - Parameter statusReason: `CODE - words`, or words alone.
  static func sentence(_ statusReason: String) -> String {
    let code = statusReason.prefix { !$0.isWhitespace }
    guard let known = sentences[String(code)] else { return "it waits: \(statusReason.bounded)" }
    let words = statusReason.dropFirst(code.count).drop { $0 == " " || $0 == "-" }
    return words.isEmpty ? known : "\(known) (\(String(words).bounded))"
  }
}
