import FoundationEssentials
import Glibc
import Support
import TestSupport
import Testing

struct FileWritingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Of a link, the link's own.
  private func mode(_ path: String) -> Int? {
    try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  private func text(_ path: String) throws -> String { String(decoding: try readFile(path, limit: 100), as: UTF8.self) }

  @Test("A file that is replaced keeps its mode and the link to it, and nothing is left beside it")
  func shared() throws {
    let file = try folder.write("table.csv", "old", mode: 0o640)
    let link = folder.path + "/link"
    try #require(symlink(file, link) == 0)
    try replaceFile(link, with: Array("new".utf8), isPrivate: false)
    #expect(try text(file) == "new")
    #expect(mode(file) == 0o640 && mode(link) == 0o777)
    #expect(try OpenFolder(folder.path).names().map(\.description).sorted() == ["link", "table.csv"])
  }

  @Test("A private file is its owner's alone, and no link is followed to where it goes")
  func secret() throws {
    let file = try folder.write("other", "old", mode: 0o644)
    let link = folder.path + "/auth.json"
    try #require(symlink(file, link) == 0)
    try replaceFile(link, with: Array("new".utf8))
    #expect(try text(file) == "old" && text(link) == "new")
    #expect(mode(link) == 0o600)
  }

  @Test("A file that is there already is not made again")
  func there() throws {
    let file = try folder.write("a", "old", mode: 0o644)
    let error = #expect(throws: SystemError.self) { try makeFile(file, with: [1]) }
    #expect(error?.code == EEXIST)
    #expect(try text(file) == "old")
  }

  @Test("A descriptor that takes nothing for a while is waited for as long as one may")
  func full() throws {
    var ends: [CInt] = [0, 0]
    try #require(pipe(&ends) == 0)
    for end in ends { try #require(fcntl(end, F_SETFL, O_NONBLOCK) == 0) }
    defer { ends.forEach { close($0) } }
    let bytes = [UInt8](repeating: 1, count: 1 << 17)
    #expect(writeAll(bytes[...], to: ends[1], patience: .milliseconds(1)) == EAGAIN)
    var part = [UInt8](repeating: 0, count: 1 << 16)
    #expect(read(ends[0], &part, part.count) > 0)
    #expect(writeAll([2], to: ends[1], patience: .seconds(60)) == nil)
    #expect(writeAll([2], to: -1) == EBADF)
  }
}
