/// How log lines look.
public enum LogFormat: String, Sendable, CaseIterable {
  /// For a person.
  case text
  /// For AWS CloudWatch Logs and its queries.
  case json

  /// The format that the environment calls for: JSON where AWS runs the program and nobody looks on.
  ///
  /// `ECRMIRROR_LOG_FORMAT` says otherwise, and so does `AWS_LAMBDA_LOG_FORMAT=Text`, which Lambda sets for a function
  /// that is configured so.
  ///
  /// - Parameter isTerminal: whether the lines go to one.
  public init(environment: [String: String], isTerminal: Bool) {
    if let named = environment["ECRMIRROR_LOG_FORMAT"].flatMap({ LogFormat(rawValue: $0.lowercased()) }) {
      self = named
    } else if environment["AWS_LAMBDA_LOG_FORMAT"]?.lowercased() == "text" {
      self = .text
    } else {
      let marks = ["AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME", "AWS_BATCH_JOB_ID"]
      let isInAWS = marks.contains { environment[$0].map { !$0.isEmpty } ?? false }
      self = isInAWS && !isTerminal ? .json : .text
    }
  }
}
