import Foundation
import Testing

@testable import Support

@Suite struct ProcessTrafficTests {
  @Test("What a process writes is counted, less what it said to us, and of none there is no figure") func sent() throws
  {
    let traffic = ProcessTraffic()
    #expect(traffic.sent == nil)
    traffic.began(getpid())
    let before = try #require(traffic.sent)
    var ends: [CInt] = [0, 0]
    #expect(pipe(&ends) == 0)
    defer { ends.forEach { close($0) } }
    let bytes = [UInt8](repeating: 7, count: 40_000)
    #expect(write(ends[1], bytes, bytes.count) == bytes.count)
    #expect(try #require(traffic.sent) - before >= 40_000)
    traffic.heard(.max / 2)
    #expect(traffic.sent == 0)
    traffic.ended()
    #expect(traffic.sent == nil)
    #expect(ProcessTraffic.written(by: 0) == nil && ProcessTraffic.written(by: .max) == nil)
  }

  @Test("Lines of another kernel are read as far as they are known", arguments: ["", "wchar: x\n", "wchar 1\n"])
  func strange(lines: String) {
    #expect(ProcessTraffic.written(lines) == nil)
  }
}
