import FoundationEssentials
import HTTP
import Support

/// One event for the function, as the Runtime API hands it over.
struct Invocation: Sendable, Equatable {
  let requestID: String
  /// When Lambda ends the function, by this machine's clock; nil where it gave no time that can be used.
  let deadline: Date?
  /// The X-Ray trace that the invocation belongs to.
  let traceID: String?
  let event: [UInt8]
}

extension Invocation {
  /// Reads the answer to `next`.
  ///
  /// - Throws: where it has no id, for then nothing can be answered.
  init(_ response: HTTPResponse) throws(RuntimeError) {
    guard let id = response.headers["Lambda-Runtime-Aws-Request-Id"], Self.isUsable(id) else {
      throw RuntimeError(.garbage, "it delivered an event without a valid request id")
    }
    requestID = id
    deadline = response.headers["Lambda-Runtime-Deadline-Ms"].flatMap { Int64($0) }
      .flatMap { $0 > 0 ? Date(outside: Double($0) / 1000) : nil }
    traceID = response.headers["Lambda-Runtime-Trace-Id"]
    event = response.body
  }

  /// The id becomes part of a path.
  private static func isUsable(_ id: String) -> Bool {
    (1...128).contains(id.utf8.count)
      && id.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }
}
