import Glibc
import Support
import TestSupport
import Testing

struct FileWatchTests {
  @Test("A write to a file that was watched for is told, others are not, and a watch that is gone tells nothing")
  func tells() async throws {
    let folder = try TemporaryFolder()
    let told = Lock(0)
    var watch = FileWatch(folder.path, of: "data", pause: 1) { told.withLock { $0 += 1 } }
    #expect(watch != nil)
    try makeFile(folder.path + "/other", with: [1])
    try makeFile(folder.path + "/data", with: [1])
    try await waitFor("the watch to tell of a write") { told.withLock { $0 > 0 } }
    watch = nil
    // The thread sees the end when it next looks.
    try await waitFor("the watch to end") {
      let before = told.withLock(\.self)
      unlink(folder.path + "/data")
      try makeFile(folder.path + "/data", with: [1])
      try await Task.sleep(for: .milliseconds(20))
      return told.withLock { $0 == before }
    }
  }

  @Test("A folder that another one takes the place of is told, and the other one is watched from there on")
  func replaced() async throws {
    let parent = try TemporaryFolder()
    let folder = parent.path + "/watched"
    #expect(mkdir(folder, 0o700) == 0)
    let told = Lock(0)
    let watch = FileWatch(folder, of: "data", pause: 1) { told.withLock { $0 += 1 } }
    #expect(watch != nil)
    for way in ["moved", "removed"] {
      let before = told.withLock(\.self)
      if way == "moved" {
        #expect(rename(folder, parent.path + "/old") == 0)
      } else {
        #expect(unlink(folder + "/data") == 0 && rmdir(folder) == 0)
      }
      #expect(mkdir(folder, 0o700) == 0)
      try await waitFor("the watch to tell that the folder was \(way)") { told.withLock { $0 > before } }
      let then = told.withLock(\.self)
      try await waitFor("a write to the folder that took its place") {
        try? makeFile(folder + "/data", with: [1])
        return told.withLock { $0 > then }
      }
    }
    withExtendedLifetime(watch) {}
  }

  @Test("A folder that is not there cannot be watched")
  func nowhere() {
    #expect(FileWatch("/nowhere/at/all", of: "x") {} == nil)
  }
}
