extension Function {
  /// What the function does with an event.
  func handler() throws(FunctionError) -> RunLoop.Handler {
    throw FunctionError(
      type: "Runtime.NoSuchHandler",
      message: "this version has no handler '\(rawValue)'; its AWS side is not complete")
  }
}
