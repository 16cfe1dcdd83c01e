import FoundationEssentials
import Support

/// An error as Lambda shows it: a type for alarms and filters, and a sentence for a person.
struct FunctionError: Error, Sendable, Equatable {
  /// Words of letters and digits with a dot between them: `Run.Refused`.
  let type: String
  /// Cleaned and of bounded length.
  let message: String

  init(type: String, message: String) {
    self.type = type
    self.message = message.cleaned.shortened(to: 4096)
  }
}

extension FunctionError {
  /// The document that the Runtime API takes.
  var json: [UInt8] {
    let document = ["errorType": type, "errorMessage": message]
    return (try? JSONEncoder().encode(document)).map(Array.init) ?? Array("{}".utf8)
  }
}
