import FoundationEssentials
import HTTP

/// One event for the function, as the Runtime API hands it over.
struct Invocation: Sendable, Equatable {
  let requestID: String
  /// When Lambda ends the function, by this machine's clock.
  let deadline: Date
  /// The X-Ray trace that the invocation belongs to.
  let traceID: String?
  let event: [UInt8]
}

extension Invocation {
  /// Reads the answer to `next`.
  init(_ response: HTTPResponse) throws(RuntimeError) {
    guard let id = response.headers["Lambda-Runtime-Aws-Request-Id"], Self.isUsable(id) else {
      throw RuntimeError(.garbage, "it handed over an event without a request id that can be used")
    }
    guard let text = response.headers["Lambda-Runtime-Deadline-Ms"], let milliseconds = Int64(text),
      (1...Self.latestDeadline).contains(milliseconds)
    else {
      throw RuntimeError(.garbage, "it handed over an event without a deadline in milliseconds")
    }
    requestID = id
    deadline = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
    traceID = response.headers["Lambda-Runtime-Trace-Id"]
    event = response.body
  }

  /// Milliseconds until the year 5138: beyond it dates cannot be reckoned with.
  private static let latestDeadline: Int64 = 100_000_000_000_000

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
