import Glibc
import MirrorCore
import Support

/// What a process may do with the store in a folder.
enum StoreAccess: Sendable, Equatable {
  /// It is this user's alone.
  case change
  /// Something forbids to change it: why.
  case look(String)
  /// There is none, and none may be made: why.
  case nothing(String)

  /// Why it is not changed.
  var why: String? {
    switch self {
    case .change: nil
    case .look(let why), .nothing(let why): why
    }
  }

  /// What stands in a store's folder beside `jobs`; each a regular file.
  static let files = [
    "mirrors.db", "mirrors.db-wal", "mirrors.db-shm", "mirrors.db-journal", "schema.lock", "worker.lock", "timer.lock",
    "worker.log", "worker.log.1", "worker.bell",
  ]

  /// Looks at a folder before anything in it is opened, and makes it where that is wanted.
  ///
  /// - Parameters:
  ///   - folder: an absolute path.
  ///   - readOnly: whether nothing is to be changed.
  /// - Throws: `MirrorError` for a folder that others could change, or whose owner is another user who could have this
  ///   one's credentials used. What may not be written is only looked at, and so may be anybody's.
  static func find(_ folder: String, readOnly: Bool) throws -> StoreAccess {
    let asked = readOnly ? "--read-only was given" : nil
    var status = stat()
    if stat(folder, &status) != 0 {
      guard errno == ENOENT else { throw unreachable(folder) }
      if let asked { return .nothing(asked) }
      try distrust(folder, PathTrust.fault(at: folder, owner: nil))
      try makeFolder(folder)
      guard stat(folder, &status) == 0 else { throw unreachable(folder) }
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw SystemError("use \(folder)", code: ENOTDIR) }
    guard access(folder, X_OK) == 0 else { throw unreachable(folder) }
    let isThere = access(folder + "/mirrors.db", F_OK) == 0
    let why =
      asked
      ?? (mayChange(folder)
        ? nil : isReadOnlySystem(folder) ? "its file system is read-only" : "this user cannot write to it")
    try distrust(folder, fault(of: folder))
    guard let why else {
      try makeFolder(folder + "/jobs")
      return .change
    }
    return isThere ? .look(why) : .nothing(why)
  }

  /// Who else could change a folder, or what is in it. One that this user may not change may be anybody's.
  static func fault(of folder: String) -> PathFault? {
    var status = stat()
    guard stat(folder, &status) == 0 else { return nil }
    return PathTrust.fault(at: folder, owner: mayChange(folder) ? geteuid() : status.st_uid)
      ?? strangeFile(in: folder, owner: status.st_uid)
  }

  private static func mayChange(_ folder: String) -> Bool {
    let database = folder + "/mirrors.db"
    return access(folder, W_OK) == 0 && (access(database, F_OK) != 0 || access(database, W_OK) == 0)
  }

  /// - Throws: where there is a fault.
  private static func distrust(_ folder: String, _ fault: PathFault?) throws(MirrorError) {
    guard let fault else { return }
    throw MirrorError(
      .backend, "the store \(folder) cannot be trusted: \(fault)", Outage(.unusable, fault.advice))
  }

  /// The first thing in it that is a link, no file, another user's, or may be written by others.
  static func strangeFile(in folder: String, owner: uid_t) -> PathFault? {
    for (name, kind, words) in files.map({ ($0, S_IFREG, "regular file") }) + [("jobs", S_IFDIR, "folder")] {
      let path = "\(folder)/\(name)"
      var status = stat()
      guard lstat(path, &status) == 0 else { continue }
      guard status.st_mode & S_IFMT == kind else { return PathFault(path, .kind(shouldBe: words)) }
      guard status.st_uid == owner || status.st_uid == 0 else { return PathFault(path, .owner(status.st_uid)) }
      guard status.st_mode & (S_IWGRP | S_IWOTH) == 0 else { return PathFault(path, .writable(mode: status.st_mode)) }
    }
    return nil
  }

  private static func isReadOnlySystem(_ folder: String) -> Bool {
    var system = statvfs()
    return statvfs(folder, &system) == 0 && system.f_flag & UInt(ST_RDONLY) != 0
  }

  private static func unreachable(_ folder: String) -> any Error {
    guard errno == EACCES else { return SystemError("use the folder \(folder)") }
    return MirrorError(
      .backend, "the store \(folder)/mirrors.db cannot be reached: this user has no access to its folder",
      Outage(.unusable, "give this user read and write access, or name another folder with --local"))
  }
}
