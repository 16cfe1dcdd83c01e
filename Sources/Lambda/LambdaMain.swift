import FoundationEssentials
import Glibc
import HTTP
import Logging
import Logs
import Support
import UnixSignals

/// The function that a timer or a push starts in AWS.
@main
enum LambdaMain {
  static func main() async {
    Dumps.forbid()
    BrokenPipe.survive()
    TraceVariable.reserve()
    let environment = ProcessInfo.processInfo.environment
    let logger = Logger.program("lambda", descriptor: 2, environment: environment)
    guard let api = environment["AWS_LAMBDA_RUNTIME_API"], !api.isEmpty else {
      logger.critical("AWS_LAMBDA_RUNTIME_API is not set: this program runs in AWS Lambda only")
      exit(1)
    }
    let transport = CurlTransport()
    let client = RuntimeClient(api: api, transport: transport)
    do throws(FunctionError) {
      let function = try Function(arguments: CommandLine.arguments, environment: environment)
      let handler = try function.handler(environment: environment, transport: transport)
      let loop = RunLoop(client: client, logger: logger, handler: handler)
      exit(await untilTerminated(loop, logger) ? 0 : 1)
    } catch {
      await refuse(error, client, logger)
      exit(1)
    }
  }

  /// - Returns: whether it was asked to end, rather than left alone by the Runtime API.
  private static func untilTerminated(_ loop: RunLoop, _ logger: Logger) async -> Bool {
    let work = Task { try await loop.run() }
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
    Task {
      for await _ in signals { work.cancel() }
    }
    do {
      try await work.value
      return true
    } catch {
      logger.critical("\(error)")
      return false
    }
  }

  private static func refuse(_ error: FunctionError, _ client: RuntimeClient, _ logger: Logger) async {
    logger.critical("\(error.message)", metadata: ["errorType": "\(error.type)"])
    do throws(RuntimeError) {
      _ = try await client.reportInitError(error)
    } catch {
      logger.critical("\(error)")
    }
  }
}
