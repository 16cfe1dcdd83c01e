import Support

/// The Runtime API failed, which the program cannot go on without: Lambda starts it anew after it ended.
struct RuntimeError: Error, Sendable, Equatable, CustomStringConvertible {
  enum Kind: Sendable, Equatable {
    /// The program was asked to end.
    case cancelled
    /// No answer came.
    case unreachable
    /// It answered with a status that leaves nothing to do.
    case status
    /// It answered with something else than its documentation says.
    case garbage
  }

  let kind: Kind
  let description: String

  init(_ kind: Kind, _ reason: String) {
    self.kind = kind
    description = "the Lambda Runtime API failed: \(reason.cleaned.shortened(to: 300))"
  }
}
