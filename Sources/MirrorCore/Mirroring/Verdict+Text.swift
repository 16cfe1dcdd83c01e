extension Verdict {
  /// What an exit code of a mirror job means, as a sentence: why the job failed, or is tried again.
  public static func sentence(exitCode code: Int) -> String {
    switch Verdict(rawValue: code) {
    case .badInput: "the request is invalid (exit code \(code)); see its log"
    case .refused: "a registry refused it or asked to retry later (exit code \(code)); see its log"
    default: "it failed with exit code \(code)"
    }
  }
}
