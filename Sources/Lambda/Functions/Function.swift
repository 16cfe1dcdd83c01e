import Support

/// Which of the functions this process is.
enum Function: String, Sendable, CaseIterable {
  /// Starts a run, for a timer.
  case schedule
  /// Mirrors what was pushed to ECR, for a queue.
  case push
}

extension Function {
  /// The one that the first argument names, which is where Lambda puts an image's command, or else `_HANDLER`.
  init(arguments: [String], environment: [String: String]) throws(FunctionError) {
    let name = arguments.dropFirst().first ?? environment["_HANDLER"] ?? ""
    guard let function = Function(rawValue: name) else {
      let known = Function.allCases.map(\.rawValue).joined(separator: ", ")
      throw FunctionError(
        type: "Runtime.NoSuchHandler",
        message:
          "there is no handler '\(name.cleaned.shortened(to: 60))'; the function's handler must be one of \(known)")
    }
    self = function
  }
}
