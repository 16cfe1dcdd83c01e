import Foundation
import Logging
import MemoryBackend
import OCIRegistry
import Support
import TestSupport
import Testing

@testable import MirrorCore

/// Where skopeo is led to keep what it saw of blobs.
struct BlobCacheTests {
  private let cache = BlobCache(folder: "/store/skopeo")

  @Test("A user's skopeo has it where the store wants it, and root's where nothing else depends on that name")
  func environment() {
    let own = ["XDG_DATA_HOME": "/store/skopeo"]
    #expect(cache.environment(isRoot: false, home: "/home/a") { _ in true } == own)
    #expect(
      cache.environment(isRoot: true, home: "/home/a") { _ in false }
        == own.merging(["_CONTAINERS_ROOTLESS_UID": "1"]) { $1 })
    for signatures in ["/var/lib/containers/sigstore", "/home/a/.local/share/containers/sigstore"] {
      #expect(cache.environment(isRoot: true, home: "/home/a") { $0 == signatures } == [:])
    }
  }

  @Test("It is begun anew when it is large, and not before")
  func trim() throws {
    let folder = try TemporaryFolder()
    let files = folder.path + "/containers/cache"
    try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
    let file = files + "/blob-info-cache-v1.boltdb"
    try makeFile(file, with: [1])
    let cache = BlobCache(folder: folder.path)
    cache.trim()
    #expect(FileManager.default.fileExists(atPath: file))
    // Of no bytes on the disk.
    let handle = try #require(FileHandle(forWritingAtPath: file))
    try handle.truncate(atOffset: UInt64(BlobCache.limit) + 1)
    cache.trim()
    #expect(!FileManager.default.fileExists(atPath: file))
    cache.trim()
  }

  /// A newer skopeo ends so, too, where it found no image, and says so.
  private static let notFound = #"echo 'time="now" level=fatal msg="reading manifest 1: manifest unknown"' >&2"#

  @Test(
    "A skopeo that panics finds a new one, for a broken one would have it panic for ever",
    arguments: [("", 1, true), ("", 2, false), (notFound, 2, true)])
  func panics(says: String, code: Int, isKept: Bool) async throws {
    let folder = try TemporaryFolder()
    let script = try folder.write("skopeo", "#!/bin/sh\n\(says)\nexit \(code)\n", mode: 0o700)
    let cache = BlobCache(folder: folder.path)
    let files = folder.path + "/containers/cache"
    try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
    try makeFile(files + "/data", with: [1])
    let configuration = RegistryConfiguration()
    var skopeo = Skopeo(executable: script, configuration: configuration)
    skopeo.blobs = cache
    let copy = ImageCopy(try ImageReference("127.0.0.1:1/a:1"), to: try ImageReference("127.0.0.1:1/b:1"))
    let registries = MemoryRegistries().client
    let auth = try await AuthDocument.make(for: [], AnonymousAccess())
    defer { auth.remove() }
    await #expect(throws: CopyFailure.self) {
      try await skopeo.copy(
        copy, try SkopeoRoute(copy, registries), auth: auth, environment: [:], logger: Logger(label: "test"),
        traffic: ProcessTraffic(), onThrottled: { _ in }, onLine: { _ in })
    }
    #expect(FileManager.default.fileExists(atPath: files + "/data") == isKept)
  }
}
