import FoundationEssentials
import Glibc
import Support

/// Where skopeo keeps which blobs it saw where (containers/image's blob-info cache): by it a layer that the destination's
/// registry has in another repository is mounted rather than sent.
///
/// skopeo has no option for the place. It is `containers/cache` in `$XDG_DATA_HOME`, of root /var/lib/containers/cache,
/// which all programs of the machine share and nobody ever clears; root is who `_CONTAINERS_ROOTLESS_UID` says, where
/// that is set (`pkg/blobinfocache/default.go` and `internal/rootless` of containers/image, 5.22 as 5.36). Several skopeo
/// may use one: they take turns by a lock on the file, for each step.
public struct BlobCache: Sendable {
  /// The user's alone.
  public let folder: String

  /// Bytes of all files together, beyond which it is begun anew.
  static let limit: Int64 = 64 << 20

  public init(folder: String) {
    self.folder = folder
  }

  /// Variables that lead skopeo there.
  ///
  /// Of root that name also decides where signatures are that stand in no registry: it is left alone where there are any.
  func environment(
    isRoot: Bool = geteuid() == 0, home: String? = ProcessInfo.processInfo.environment["HOME"],
    has: (String) -> Bool = { access($0, F_OK) == 0 }
  ) -> [String: String] {
    guard isRoot else { return ["XDG_DATA_HOME": folder] }
    let signatures = ["/var/lib/containers/sigstore"] + (home.map { ["\($0)/.local/share/containers/sigstore"] } ?? [])
    guard !signatures.contains(where: has) else { return [:] }
    return ["XDG_DATA_HOME": folder, "_CONTAINERS_ROOTLESS_UID": "1"]
  }

  private var files: String { folder + "/containers/cache" }

  /// Drops it where it has become large. Whoever uses it just then goes on without.
  public func trim() {
    guard let opened = try? OpenFolder(files), let names = try? opened.names() else { return }
    let size = names.reduce(Int64(0)) { $0.plus(FileStamp("\(files)/\($1)")?.size ?? 0) }
    if size > Self.limit { drop() }
  }

  /// Begins anew: of a file that is broken skopeo makes nothing but a panic.
  func drop() {
    guard let opened = try? OpenFolder(files), let names = try? opened.names() else { return }
    for name in names { try? opened.remove(name) }
  }
}
