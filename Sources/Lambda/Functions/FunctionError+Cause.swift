import AWSClient
import MirrorCore

extension FunctionError {
  /// The error of the work, with a type that tells whether a person must act, and on what.
  init(_ error: any Error) {
    let type =
      switch error {
      case let error as MirrorError:
        switch error.kind {
        case .invalid: "Mirror.Invalid"
        case .conflict: "Mirror.Conflict"
        case .notFound: "Mirror.NotFound"
        case .refused: "Mirror.Refused"
        case .backend: "Mirror.Backend"
        }
      // A service's code is part of a header here: what is no letter or digit has no place in it.
      case let error as AWSError:
        "AWS.\(error.code.map { $0.prefix(64).filter { $0.isASCII && $0.isLetter } } ?? "NoAnswer")"
      default: "Function.Failed"
      }
    self.init(type: type, message: "\(error)")
  }
}
