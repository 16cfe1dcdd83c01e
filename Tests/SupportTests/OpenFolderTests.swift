import Foundation
import Support
import TestSupport
import Testing

struct OpenFolderTests {
  let files: TemporaryFolder
  let folder: OpenFolder

  init() throws {
    files = try TemporaryFolder()
    try files.write("in/one/deep/file", "x")
    try files.write("out/precious", "p")
    folder = try OpenFolder(files.path + "/in")
  }

  private func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: files.path + "/" + name, withDestinationPath: target)
  }

  @Test(
    "What is no name of one thing in a folder is none",
    arguments: ["", ".", "..", "/", "a/b", "../x", "/x", "a/", "x\0y", String(repeating: "a", count: 256)])
  func noName(text: String) {
    #expect(FileName(text) == nil)
  }

  @Test("A name may hold whatever else", arguments: ["a", "...", "-rf", " ", "ä", String(repeating: "a", count: 255)])
  func name(text: String) {
    #expect(FileName(text)?.description == text)
  }

  @Test("A folder goes with all that is in it, and what links lead to stays")
  func removal() throws {
    try link("in/one/away", to: files.path + "/out")
    try link("in/one/deep/away", to: "../../../out/precious")
    try folder.remove("one")
    #expect(try folder.names().isEmpty)
    #expect(files.read("out/precious") == "p")
    try folder.remove("one")
  }

  @Test("A link in a folder's place goes, and what it leads to stays")
  func removalOfLink() throws {
    try link("in/away", to: files.path + "/out")
    try folder.remove("away")
    #expect(try folder.names().map(\.description) == ["one"])
    #expect(files.read("out/precious") == "p")
  }

  @Test("What is another user's is refused and stays", .enabled(if: geteuid() == 0))
  func foreignFolder() throws {
    #expect(chown(files.path + "/in/one/deep", 65534, 65534) == 0)
    let error = #expect(throws: SystemError.self) { try folder.remove("one") }
    #expect(error?.description.contains("it belongs to user 65534") == true)
    #expect(files.read("in/one/deep/file") == "x")
    #expect(chown(files.path + "/in/one", 65534, 65534) == 0)
    #expect(throws: SystemError.self) { try folder.folder("one") }
  }

  @Test("Folders in folders without end are given up")
  func depth() throws {
    var path = "in/one"
    for _ in 0..<40 { path += "/x" }
    try files.write(path + "/file", "x")
    let error = #expect(throws: SystemError.self) { try folder.remove("one") }
    #expect(error?.description.contains("nested too deeply") == true)
  }

  @Test("A link leads nowhere: as folder, as file, as lock")
  func links() throws {
    try link("in/folder", to: files.path + "/out")
    try link("in/file", to: files.path + "/out/precious")
    try link("in/new", to: files.path + "/out/new")
    #expect(throws: SystemError.self) { try folder.folder("folder") }
    #expect(throws: SystemError.self) { try folder.makeFolder("folder") }
    #expect(throws: SystemError.self) { try OpenFolder(files.path + "/in/folder") }
    for name: FileName in ["file", "new"] {
      let error = #expect(throws: SystemError.self) { try folder.file(name, O_RDWR | O_CREAT) }
      #expect(error?.description.contains("it is a link") == true)
      #expect(throws: SystemError.self) { try folder.lock(name) }
      #expect(throws: SystemError.self) { try FileLock.acquire("\(folder.path)/\(name)") }
      #expect(!FileLock.isHeld("\(folder.path)/\(name)"))
    }
    #expect(files.read("out/new") == nil)
  }

  @Test("A pipe in a file's place is refused, not waited for")
  func pipe() throws {
    #expect(mkfifo(files.path + "/in/pipe", 0o600) == 0)
    #expect(throws: SystemError.self) { try folder.file("pipe", O_RDWR) }
    #expect(throws: SystemError.self) { try folder.file("pipe", O_RDONLY) }
    #expect(throws: SystemError.self) { try FileLock.acquire(files.path + "/in/pipe") }
  }

  @Test("Another user's file is refused", .enabled(if: geteuid() == 0))
  func foreignFile() throws {
    try files.write("in/file", "x")
    #expect(chown(files.path + "/in/file", 65534, 65534) == 0)
    #expect(throws: SystemError.self) { try folder.file("file", O_RDONLY) }
    #expect(throws: SystemError.self) { try FileLock.acquire(files.path + "/in/file") }
  }

  @Test("What is made is its owner's alone, whatever the umask")
  func modes() throws {
    let before = umask(0)
    defer { umask(before) }
    _ = try folder.makeFolder("made")
    close(try folder.file("file", O_RDWR | O_CREAT))
    for (name, mode) in [("made", 0o700), ("file", 0o600)] {
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(name)")
      #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == mode)
    }
  }
}
