public import Foundation
import Glibc

extension FileHandle {
  /// Reads until what came holds what is looked for.
  ///
  /// - Parameters:
  ///   - what: for the error: what was waited for.
  ///   - find: is given all that came so far.
  /// - Returns: nil where the other side ends without it.
  /// - Throws: `NeverHappened` where it says no more.
  public func read<Value>(_ what: String, _ find: ([UInt8]) -> Value?) throws -> Value? {
    let deadline = ContinuousClock.now + patience
    var bytes: [UInt8] = []
    while true {
      if let value = find(bytes) { return value }
      guard ContinuousClock.now < deadline else { throw NeverHappened(what: what, limit: patience) }
      var source = pollfd(fd: fileDescriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&source, 1, 1000) > 0 else { continue }
      let part = availableData
      if part.isEmpty { return nil }
      bytes += part
    }
  }
}
