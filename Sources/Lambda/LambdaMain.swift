import FoundationEssentials
import Glibc
import HTTP

/// The function that a timer or a push starts in AWS.
@main
enum LambdaMain {
  static func main() async {
    let environment = ProcessInfo.processInfo.environment
    guard let api = environment["AWS_LAMBDA_RUNTIME_API"] else {
      complain("AWS_LAMBDA_RUNTIME_API is not set: this program runs in AWS Lambda only")
      exit(1)
    }
    let client = RuntimeClient(api: api, transport: CurlTransport())
    let error = FunctionError(
      type: "Runtime.NoSuchHandler",
      message: "this version has no handler '\(environment["_HANDLER"] ?? "")'; its AWS side is not complete")
    complain(error.message)
    do {
      try await client.reportInitError(error)
    } catch {
      complain("the Runtime API cannot be told: \(error)")
    }
    exit(1)
  }

  private static func complain(_ message: String) {
    let line = Array("ecrmirror-lambda: \(message)\n".utf8)
    write(2, line, line.count)
  }
}
