import Logging
import Testing

@testable import Logs

@Suite("Which format and level the environment calls for")
struct LogFormatTests {
  @Test(
    "JSON in AWS with nobody looking on, text anywhere else",
    arguments: [
      ([:], false, LogFormat.text),
      (["AWS_LAMBDA_FUNCTION_NAME": "schedule"], false, .json),
      (["AWS_BATCH_JOB_ID": "4f2a"], false, .json),
      (["AWS_EXECUTION_ENV": "AWS_ECS_FARGATE"], false, .json),
      (["AWS_EXECUTION_ENV": "CloudShell"], true, .text),
      (["AWS_EXECUTION_ENV": ""], false, .text),
      (["AWS_REGION": "eu-central-1"], false, .text),
      (["AWS_LAMBDA_FUNCTION_NAME": "schedule", "AWS_LAMBDA_LOG_FORMAT": "Text"], false, .text),
      (["AWS_LAMBDA_FUNCTION_NAME": "schedule", "AWS_LAMBDA_LOG_FORMAT": "JSON"], false, .json),
      (["AWS_BATCH_JOB_ID": "4f2a", "ECRMIRROR_LOG_FORMAT": "text"], false, .text),
      (["ECRMIRROR_LOG_FORMAT": "JSON"], true, .json),
      (["ECRMIRROR_LOG_FORMAT": "yaml", "AWS_BATCH_JOB_ID": "4f2a"], false, .json),
    ] as [([String: String], Bool, LogFormat)])
  func format(environment: [String: String], isTerminal: Bool, expected: LogFormat) {
    #expect(LogFormat(environment: environment, isTerminal: isTerminal) == expected)
  }

  @Test(
    "the level, in swift-log's words and in AWS's",
    arguments: [
      ([:], .info), (["LOG_LEVEL": "debug"], .debug), (["LOG_LEVEL": "WARN"], .warning),
      (["LOG_LEVEL": "fatal"], .critical),
      (["LOG_LEVEL": "loud"], .info), (["AWS_LAMBDA_LOG_LEVEL": "ERROR"], .error),
      (["AWS_LAMBDA_LOG_LEVEL": "ERROR", "LOG_LEVEL": "trace"], .trace),
    ] as [([String: String], Logger.Level)])
  func level(environment: [String: String], expected: Logger.Level) {
    #expect(Logger.Level(environment: environment) == expected)
  }
}
