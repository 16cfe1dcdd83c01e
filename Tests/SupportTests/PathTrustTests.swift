import Foundation
import Support
import TestSupport
import Testing

struct PathTrustTests {
  let files: TemporaryFolder
  static let nobody: uid_t = 65534

  init() throws {
    files = try TemporaryFolder()
    chmod(files.path, 0o755)
    try files.write("a/b/file", "x")
    for folder in ["a", "a/b"] { chmod(files.path + "/" + folder, 0o755) }
  }

  private func fault(_ name: String, user: uid_t = geteuid(), owner: uid_t? = geteuid()) -> String? {
    PathTrust.fault(at: files.path + "/" + name, user: user, owner: owner).map {
      $0.description.replacingOccurrences(of: files.path, with: "")
    }
  }

  @Test("What is to be typed is words for a shell, whoever owns it and however it is called")
  func advice() {
    #expect(PathFault("/x", .owner(4_000_000)).advice.contains("`sudo -u '#4000000'`"))
    #expect(PathFault("/my store/x", .writable(mode: 0o777)).advice.contains("`chmod go-w '/my store/x'`"))
  }

  @Test("What is this user's alone, up to the root, is trusted; a sticky folder may stand above it")
  func well() {
    #expect(fault("a/b/file") == nil)
    #expect(fault("a/b") == nil)
    chmod(files.path + "/a", 0o1777)
    #expect(fault("a/b") == nil)
    #expect(fault("a/nothing/yet") == nil)
    #expect(fault("a/./../a//b/") == nil)
  }

  @Test(
    "What its group or everybody may write is not, nor what stands in it",
    arguments: [(0o777, "everybody"), (0o775, "its group"), (0o757, "everybody")])
  func writable(mode: mode_t, who: String) {
    chmod(files.path + "/a", mode)
    let words = "/a is writable by \(who) (mode \(String(mode, radix: 8)))"
    #expect(fault("a") == words)
    #expect(fault("a/b") == words)
    #expect(fault("a/b/file") == words)
  }

  @Test("A sticky folder is not trusted itself")
  func sticky() {
    chmod(files.path + "/a", 0o1777)
    #expect(fault("a") == "/a is writable by everybody (mode 1777)")
    #expect(fault("a", owner: nil) == nil, "it may stand above")
  }

  @Test("What another user owns is not, be it above or below", .enabled(if: geteuid() == 0))
  func foreign() {
    chown(files.path + "/a/b", Self.nobody, Self.nobody)
    #expect(fault("a/b") == "/a/b belongs to nobody")
    #expect(fault("a/b/file") == "/a/b belongs to nobody")
    #expect(fault("a/b", user: Self.nobody, owner: Self.nobody) == nil, "root's folders may stand above anybody's")
    chown(files.path + "/a", 12345, 12345)
    #expect(fault("a/b", user: Self.nobody, owner: Self.nobody) == "/a belongs to #12345")
  }

  @Test("A link is judged with all it leads through", .enabled(if: geteuid() == 0))
  func links() throws {
    let link = files.path + "/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "a/b/../b")
    #expect(fault("link") == nil)
    chmod(files.path + "/a", 0o777)
    #expect(fault("link")?.hasPrefix("/a is writable by everybody") == true)
    chmod(files.path + "/a", 0o755)
    lchown(link, Self.nobody, Self.nobody)
    #expect(fault("link") == "/link belongs to nobody")
    try FileManager.default.createSymbolicLink(atPath: files.path + "/round", withDestinationPath: "round")
    #expect(fault("round") == "/round has too many links")
  }

  @Test("A private folder is made only where nobody can put another one in its place")
  func privateFolder() throws {
    let folder = try PrivateFolder(in: files.path + "/a", for: "test")
    try files.write("a/\(folder.path.split(separator: "/").last ?? "")/secret", "s")
    var status = stat()
    #expect(stat(folder.path, &status) == 0 && status.st_mode & 0o7777 == 0o700)
    folder.remove()
    #expect(stat(folder.path, &status) != 0)
    chmod(files.path + "/a", 0o777)
    #expect(throws: PathFault.self) { try PrivateFolder(in: files.path + "/a", for: "test") }
    chmod(files.path + "/a", 0o1777)
    try PrivateFolder(in: files.path + "/a", for: "test").remove()
  }

  @Test("Folders that are made are for this user alone, whatever the umask", arguments: [0, 0o022, 0o277] as [mode_t])
  func making(mask: mode_t) throws {
    let before = umask(mask)
    defer { umask(before) }
    try makeFolder(files.path + "/new/one")
    for name in ["new", "new/one"] {
      var status = stat()
      #expect(stat("\(files.path)/\(name)", &status) == 0 && status.st_mode & 0o7777 == 0o700)
    }
    try makeFolder(files.path + "/new/one")
  }
}
