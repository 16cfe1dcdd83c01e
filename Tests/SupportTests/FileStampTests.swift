import Glibc
import Support
import Testing

@Suite struct FileStampTests {
  @Test("A file is at rest only once its clock has moved on", arguments: [(-100, true), (100, false)])
  func settled(seconds: Int, isSettled: Bool) throws {
    var path = Array("/tmp/ecrmirror-stamp-XXXXXX".utf8CString)
    let file = mkstemp(&path)
    defer {
      close(file)
      unlink(path)
    }
    var times = utimbuf(actime: 0, modtime: time(nil) + seconds)
    #expect(utime(path, &times) == 0)
    let stamp = try #require(FileStamp(String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)))
    #expect(stamp.isSettled == isSettled)
  }
}
