import Testing

@testable import HTTP

@Suite struct IdleHandlesTests {
  /// libcurl may keep the memory of a handle that is done, and would read more into it than it holds.
  @Test func aHandleThatReadsLittleAtOnceIsNeverUsedToReadMuch() throws {
    var idle = IdleHandles()
    defer { idle.free() }
    func take(_ buffer: IdleHandles.Buffer) throws -> UnsafeMutableRawPointer {
      let taken = idle.take(nil, buffer)
      return try #require(taken).0
    }
    let small = try take(.small)
    idle.keep(small, nil, .small)
    let usual = try take(.usual)
    #expect(usual != small)
    idle.keep(usual, nil, .usual)
    for _ in 0..<2 {
      let (again, other) = (try take(.small), try take(.usual))
      #expect(again == small && other == usual)
      idle.keep(small, nil, .small)
      idle.keep(usual, nil, .usual)
    }
  }
}
