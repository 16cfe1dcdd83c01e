import Glibc
public import Logging

extension Logger {
  /// A program's logger: `LOG_LEVEL` sets how much it says, `LogFormat` how.
  ///
  /// - Parameters:
  ///   - descriptor: where to, 1 or 2.
  ///   - isOwnLog: The lines go where there are no others, as those of a job do: for a person, what the logger carries
  ///     all the time is left out.
  public static func program(
    _ label: String, descriptor: CInt, isOwnLog: Bool = false, environment: [String: String]
  ) -> Logger {
    let level = Level(environment: environment)
    switch LogFormat(environment: environment, isTerminal: isatty(descriptor) == 1) {
    case .text:
      return Logger(label: label) { _ in
        LineLogHandler(descriptor: descriptor, level: level, repeatsContext: !isOwnLog)
      }
    case .json:
      return Logger(label: label) { JSONLogHandler(label: $0, descriptor: descriptor, level: level) }
    }
  }
}

extension Logger.Level {
  /// `LOG_LEVEL`, or what Lambda was configured to let through; swift-log's names and AWS's. Without either, and for
  /// words that are no level, `info`.
  init(environment: [String: String]) {
    let word = environment["LOG_LEVEL"] ?? environment["AWS_LAMBDA_LOG_LEVEL"] ?? ""
    switch word.lowercased() {
    case "warn": self = .warning
    case "fatal": self = .critical
    case let name: self = Logger.Level(rawValue: name) ?? .info
    }
  }
}
