import Foundation
import OCIRegistry
import Support
import TestSupport
import Testing

@testable import MirrorCore

struct AuthFolderTests {
  let files: TemporaryFolder

  init() throws {
    files = try TemporaryFolder()
    for name in ["runtime", "scratch", "temporary"] { try makeFolder("\(files.path)/\(name)") }
  }

  private func make(_ environment: [String: String]) async throws -> AuthFolder {
    let environment = environment.mapValues { $0.isEmpty ? "" : "\(files.path)/\($0)" }
    return try await AuthFolder.make(
      for: [try ImageReference("r.example/a:1")], ContainersAuth(environment: [:]), environment: environment)
  }

  @Test("Credentials stand in a folder of this user alone, and go with it")
  func well() async throws {
    let auth = try await make(["ECRMIRROR_SCRATCH": "scratch", "XDG_RUNTIME_DIR": "runtime", "TMPDIR": "temporary"])
    #expect(auth.file.hasPrefix(files.path + "/scratch/"))
    for (path, mode) in [(auth.file, 0o600), (String(auth.file.dropLast("/auth.json".count)), 0o700)] {
      var status = stat()
      #expect(stat(path, &status) == 0 && status.st_mode & 0o7777 == mode)
    }
    auth.remove()
    #expect(try FileManager.default.contentsOfDirectory(atPath: files.path + "/scratch").isEmpty)
  }

  @Test(
    "Credentials are not written where others could take their place",
    arguments: ["ECRMIRROR_SCRATCH", "XDG_RUNTIME_DIR", "TMPDIR"], [0o777, 0o770] as [mode_t])
  func writable(variable: String, mode: mode_t) async throws {
    chmod(files.path + "/temporary", mode)
    let error = await #expect(throws: CopyFailure.self) { try await make([variable: "temporary"]) }
    #expect(error?.verdict == .refused)
    #expect(error?.reason.contains("/temporary is writable by") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: files.path + "/temporary").isEmpty)
    // As /tmp is.
    chmod(files.path + "/temporary", 0o1777)
    try await make([variable: "temporary"]).remove()
  }

  @Test("Credentials are not written in another user's folder", .enabled(if: geteuid() == 0))
  func foreign() async throws {
    chown(files.path + "/temporary", 65534, 65534)
    let error = await #expect(throws: CopyFailure.self) { try await make(["TMPDIR": "temporary"]) }
    #expect(error?.reason.contains("belongs to nobody") == true)
  }
}
