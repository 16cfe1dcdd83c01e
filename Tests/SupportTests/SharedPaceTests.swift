import Foundation
import Testing

@testable import Support

@Suite struct SharedPaceTests {
  private static let rate: Int64 = 1 << 20
  private let file = FileManager.default.temporaryDirectory.appending(path: "pace-\(UUID())").path

  private func pace() throws -> SharedPace { try SharedPace(file: file, bytesPerSecond: Self.rate) }

  @Test("All who name a file take from one rate, and what is taken waits for what was taken before") func shared()
    throws
  {
    defer { unlink(file) }
    let (one, other) = try (pace(), pace())
    let now = Duration.seconds(1000)
    // After a rest a tenth of a second's goes at once.
    #expect(one.take(Int(Self.rate) / 10, at: now) == .zero)
    #expect(other.take(Int(Self.rate), at: now) >= .milliseconds(999))
    #expect(one.take(Int(Self.rate), at: now) >= .milliseconds(1999))
    #expect(other.take(1, at: now + .seconds(5)) == .zero)
  }

  @Test("Whatever is taken, and by how many, no more goes in a time than its bytes") func bound() throws {
    defer { unlink(file) }
    let paces = try (0..<3).map { _ in try pace() }
    var (now, sent) = (Duration.seconds(50), 0)
    let start = now
    for turn in 0..<400 {
      let bytes = 1 + turn * 7919 % 60_000
      now += paces[turn % 3].take(bytes, at: now)
      sent += bytes
    }
    let most = Double(Self.rate) * (0.1 + (now - start) / .seconds(1)) + 1
    #expect(Double(sent) <= most)
  }

  @Test("A file of another start of the machine, an empty one and a damaged one hold up nobody")
  func strange() throws {
    defer { unlink(file) }
    #expect(try pace().take(1, at: .seconds(900_000)) == .zero)
    #expect(try pace().take(1, at: .seconds(5)) == .zero)
    for bytes in [Data(), Data([1, 2, 3]), Data(repeating: 0xff, count: 8), Data(repeating: 0x7f, count: 300)] {
      try bytes.write(to: URL(filePath: file))
      #expect(try pace().take(1, at: .seconds(7)) <= .milliseconds(1))
    }
  }

  @Test("Alone, in no file; a link in place of the file is not followed") func alone() throws {
    let alone = try SharedPace(file: nil, bytesPerSecond: 1)
    #expect(alone.take(Int(SharedPace.least), at: .seconds(9)) == .milliseconds(900))
    #expect(alone.take(1, at: .seconds(9)) > .milliseconds(900))
    try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: "/nowhere/at/all")
    defer { unlink(file) }
    #expect(throws: SystemError.self) { try pace() }
  }
}
