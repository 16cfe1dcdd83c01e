import Foundation
import Glibc
import Testing

@testable import Logs

@Suite("Lines on a descriptor")
struct LogOutputTests {
  /// Reads everything until every writer has closed, on a thread of its own: tasks may wait for one another for longer
  /// than a line waits for its reader.
  private func reading(_ descriptor: CInt) -> AsyncStream<[UInt8]> {
    let (all, output) = AsyncStream.makeStream(of: [UInt8].self)
    Thread.detachNewThread {
      var bytes: [UInt8] = []
      var part = [UInt8](repeating: 0, count: 65536)
      while case let count = read(descriptor, &part, part.count), count > 0 { bytes += part[..<count] }
      close(descriptor)
      output.yield(bytes)
      output.finish()
    }
    return all
  }

  @Test("a line larger than a non-blocking pipe arrives whole")
  func shortWrites() async throws {
    var ends: [CInt] = [0, 0]
    #expect(pipe(&ends) == 0)
    #expect(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0)
    let all = reading(ends[0])
    let line = String(repeating: "0123456789", count: 100_000)
    LogOutput(descriptor: ends[1]).write(line: line)
    close(ends[1])
    let bytes = await all.first { _ in true }
    #expect(bytes == Array((line + "\n").utf8))
  }

  @Test("a descriptor that nobody opened loses the line and nothing else")
  func closed() {
    LogOutput(descriptor: -1).write(line: "lost")
  }
}
