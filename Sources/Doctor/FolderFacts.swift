import Glibc
import LocalBackend
import Support

/// What was seen of the folder of an installation on this machine.
struct FolderFacts: Sendable, Equatable {
  var folder: String
  /// nil where there is no such folder.
  var isFolder: Bool?
  var isWritable = false
  /// Who else could change it.
  var fault: PathFault?
  /// Whether one more file can be made.
  var hasFreeFiles = true
  /// For others than root.
  var freeBytes: Int64 = 0
  /// Of a file system that other machines share: its name.
  var shared: String?

  /// SQLite and the logs of jobs need some; a full disk stops everything.
  static let leastBytes: Int64 = 64 << 20
  static let fewBytes: Int64 = 1 << 30

  var check: HealthCheck {
    let name = "folder"
    guard let isFolder else {
      return HealthCheck(
        name, .warning, "\(folder) does not exist yet",
        advice: "`ecrmirror add` or `import` creates it; or name another one with --local")
    }
    if !isFolder {
      return HealthCheck(name, .failed, "\(folder) is not a folder", advice: "name another one with --local")
    }
    if let fault {
      return HealthCheck(name, .failed, "\(folder) cannot be trusted: \(fault)", advice: fault.advice)
    }
    if !isWritable {
      return HealthCheck(
        name, .warning, "\(folder) is not writable for this user: it can be viewed, but nothing is copied",
        advice: "run as its owner, or name another folder with --local")
    }
    if !hasFreeFiles {
      return HealthCheck(
        name, .failed, "\(folder) has no room for one more file: its file system has no free inodes",
        advice: "remove files there, of any size")
    }
    let free = "\(freeBytes.inUnits) free"
    if freeBytes < Self.leastBytes {
      return HealthCheck(name, .failed, "\(folder): \(free), too little to work", advice: "free some space there")
    }
    if let shared {
      return HealthCheck(
        name, .warning,
        "\(folder) is on \(shared), which other machines may share: the store's locks may not work there",
        advice: "name a folder on a local disk with --local")
    }
    if freeBytes < Self.fewBytes {
      return HealthCheck(name, .warning, "\(folder): \(free)", advice: "free some space there")
    }
    return HealthCheck(name, .ok, "\(folder): \(free)")
  }

  init(folder: String, isFolder: Bool?, isWritable: Bool = true, freeBytes: Int64 = 1 << 40, shared: String? = nil) {
    self.folder = folder
    self.isFolder = isFolder
    self.isWritable = isWritable
    self.freeBytes = freeBytes
    self.shared = shared
  }

  /// Looks.
  init(_ folder: String) {
    self.init(folder: folder, isFolder: nil, isWritable: access(folder, W_OK | X_OK) == 0)
    var status = stat()
    guard stat(folder, &status) == 0 else {
      // A file in its place, or on the way there, is not "not yet".
      if errno != ENOENT { isFolder = false }
      return
    }
    isFolder = status.st_mode & S_IFMT == S_IFDIR
    fault = LocalStore.fault(of: folder)
    var system = statvfs()
    if statvfs(folder, &system) == 0 {
      hasFreeFiles = system.f_files == 0 || system.f_favail > 0
      freeBytes = Int64(clamping: UInt64(system.f_bavail) &* UInt64(system.f_frsize))
    }
    let mounts = (try? readFile("/proc/self/mountinfo", limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
    shared = mounts.flatMap { Self.sharedSystem(of: UInt64(status.st_dev), in: $0) }
  }

  /// The kind of the file system on a device, where it is one that machines share.
  ///
  /// - Parameter mounts: proc_pid_mountinfo(5).
  static func sharedSystem(of device: UInt64, in mounts: String) -> String? {
    // makedev(3).
    let major = (device >> 8) & 0xfff | (device >> 32) & ~0xfff
    let minor = device & 0xff | (device >> 12) & ~0xff
    for line in mounts.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 2, fields[2] == "\(major):\(minor)", let dash = fields.firstIndex(of: "-") else { continue }
      let kind = fields[(dash + 1)...].first.map(String.init) ?? ""
      return sharedKinds.contains(kind) || kind.hasPrefix("fuse.") && kind != "fuse.overlayfs" ? kind : nil
    }
    return nil
  }

  /// SQLite's write-ahead log works between the processes of one machine only.
  private static let sharedKinds: Set = [
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "virtiofs", "ceph", "afs", "lustre", "gfs2", "ocfs2",
  ]
}
