import AWSBackend
import AWSClient
import MirrorCore

extension FunctionError {
  init(_ type: FunctionErrorType, _ message: String) {
    self.init(type: type.rawValue, message: message)
  }

  /// The error of the work, with a type that tells whether a person must act, and on what.
  init(_ error: any Error) {
    let type =
      switch error {
      case let error as MirrorError:
        switch error.kind {
        case .invalid: FunctionErrorType.mirrorInvalid.rawValue
        case .conflict: FunctionErrorType.mirrorConflict.rawValue
        case .notFound: FunctionErrorType.mirrorNotFound.rawValue
        case .refused: FunctionErrorType.mirrorRefused.rawValue
        case .backend: FunctionErrorType.mirrorBackend.rawValue
        }
      // A service's code is part of a header here: what is no letter or digit has no place in it.
      case let error as AWSError:
        "AWS.\(error.code.map { $0.prefix(64).filter { $0.isASCII && $0.isLetter } } ?? "NoAnswer")"
      default: "Function.Failed"
      }
    self.init(type: type, message: "\(error)")
  }
}
