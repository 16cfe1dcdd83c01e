extension Verdict {
  /// What an exit code of a mirror job means, as a sentence: why the job failed, or is tried again.
  public static func sentence(exitCode code: Int) -> String {
    switch Verdict(rawValue: code) {
    case .badInput: "the request cannot work (exit code \(code)); its log says why"
    case .refused: "a registry refused it, or wants it later (exit code \(code)); its log says why"
    default: "it failed with exit code \(code)"
    }
  }
}
