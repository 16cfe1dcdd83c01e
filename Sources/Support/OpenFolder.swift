import Glibc

/// A folder that is held open. What is done in it goes by its descriptor and one name: no link leads elsewhere, and
/// nobody can put another folder in its place meanwhile.
///
/// What is in it must be of the same owner and file system as the folder itself; files may be root's.
public final class OpenFolder: Sendable {
  /// As it was opened, for words.
  public let path: String
  private let descriptor: CInt
  private let owner: uid_t
  private let device: dev_t

  /// Folders in folders, at most; those of jobs have two.
  private static let depth = 32

  /// - Throws: `SystemError`; also where a link or something else stands in its place.
  public convenience init(_ path: String) throws(SystemError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    try self.init(path, descriptor)
  }

  private init(_ path: String, _ descriptor: CInt) throws(SystemError) {
    let action = "open the folder \(path)"
    guard descriptor >= 0 else {
      // A link gives either, by the kernel's order of tests.
      throw errno == ELOOP || errno == ENOTDIR
        ? SystemError(action, code: ENOTDIR, reason: "it is a link or a file") : SystemError(action)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let error = SystemError(action)
      close(descriptor)
      throw error
    }
    (self.path, self.descriptor, owner, device) = (path, descriptor, status.st_uid, status.st_dev)
  }

  deinit {
    close(descriptor)
  }

  // MARK: - Folders in it

  /// - Throws: `SystemError`; with the code `EPERM` for one of another owner or file system.
  public func folder(_ name: FileName) throws(SystemError) -> OpenFolder { try folder(name, ownedBy: owner) }

  private func folder(_ name: FileName, ownedBy owner: uid_t) throws(SystemError) -> OpenFolder {
    let found = try OpenFolder(
      "\(path)/\(name)", openat(descriptor, name.description, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))
    guard found.owner == owner, found.device == device else {
      let reason = found.owner == owner ? "another file system is mounted there" : "it belongs to user \(found.owner)"
      throw SystemError("use the folder \(found.path)", code: EPERM, reason: reason)
    }
    return found
  }

  /// The folder of that name, made with mode 0700 where there is none.
  public func makeFolder(_ name: FileName) throws(SystemError) -> OpenFolder {
    guard mkdirat(descriptor, name.description, 0o700) == 0 else {
      if errno == EEXIST { return try folder(name) }
      throw SystemError("create the folder \(path)/\(name)")
    }
    let made = try folder(name)
    // Whatever the umask left of it.
    fchmod(made.descriptor, 0o700)
    return made
  }

  // MARK: - Files in it

  /// Whether something of that name is there, be it what it may.
  public func has(_ name: FileName) -> Bool {
    faccessat(descriptor, name.description, F_OK, AT_SYMLINK_NOFOLLOW) == 0
  }

  /// Opens a regular file of the folder's owner.
  ///
  /// - Parameter flags: those of open(2); a file that is made has mode 0600.
  /// - Returns: a descriptor, which is the caller's to close.
  public func file(_ name: FileName, _ flags: CInt) throws(SystemError) -> CInt {
    let opened = openRegular(name.description, flags, in: descriptor)
    return try checked(opened, "\(path)/\(name)", owner: owner)
  }

  /// Puts a file in the place of another one in the same folder.
  public func rename(_ name: FileName, to other: FileName) throws(SystemError) {
    guard renameat(descriptor, name.description, descriptor, other.description) == 0 else {
      throw SystemError("rename \(path)/\(name)")
    }
  }

  // MARK: - Removal

  /// Removes a file, or a folder with all that is in it. What a link leads to stays, and so does whatever another user
  /// or another file system has there.
  ///
  /// - Throws: `SystemError` for the first thing that could not be removed; what is not there is fine.
  public func remove(_ name: FileName) throws(SystemError) {
    try remove(name, ownedBy: owner, depth: Self.depth)
  }

  /// The same in a folder where many users have something, such as /tmp.
  func remove(_ name: FileName, ownedBy owner: uid_t) throws(SystemError) {
    try remove(name, ownedBy: owner, depth: Self.depth)
  }

  private func remove(_ name: FileName, ownedBy owner: uid_t, depth: Int) throws(SystemError) {
    let action = "remove \(path)/\(name)"
    if unlinkat(descriptor, name.description, 0) == 0 || errno == ENOENT { return }
    guard errno == EISDIR else { throw SystemError(action) }
    guard depth > 0 else { throw SystemError(action, code: ELOOP, reason: "folders are nested too deeply") }
    let inner = try folder(name, ownedBy: owner)
    var failure: SystemError?
    for entry in try inner.names() {
      do throws(SystemError) {
        try inner.remove(entry, ownedBy: owner, depth: depth - 1)
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    guard unlinkat(descriptor, name.description, AT_REMOVEDIR) == 0 || errno == ENOENT else {
      throw SystemError(action)
    }
  }

  /// What is in it, in no order.
  public func names() throws(SystemError) -> [FileName] {
    let action = "list the folder \(path)"
    // A description of its own: reading moves its place.
    let own = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard own >= 0 else { throw SystemError(action) }
    guard let stream = fdopendir(own) else {
      let error = SystemError(action)
      close(own)
      throw error
    }
    defer { closedir(stream) }
    var names: [FileName] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if let name = FileName(name) { names.append(name) }
      errno = 0
    }
    guard errno == 0 else { throw SystemError(action) }
    return names
  }

  // MARK: - Locks

  /// Takes the lock on a file in it.
  ///
  /// - Returns: nil when somebody holds it.
  public func lock(_ name: FileName) throws(SystemError) -> FileLock? {
    FileLock.take(try file(name, O_RDWR | O_CREAT))
  }
}

/// open(2) of what ought to be a regular file: no link is followed, and a pipe in its place is not waited for.
func openRegular(_ path: String, _ flags: CInt, in folder: CInt = AT_FDCWD) -> CInt {
  openat(folder, path, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
}

/// - Parameter owner: whose it must be, if not root's; nil for anybody's.
/// - Throws: `SystemError` where nothing was opened, or what was opened is no regular file of that owner; it is closed.
func checked(_ descriptor: CInt, _ path: String, owner: uid_t?) throws(SystemError) -> CInt {
  let action = "open \(path)"
  guard descriptor >= 0 else {
    throw errno == ELOOP ? SystemError(action, code: ELOOP, reason: "it is a link") : SystemError(action)
  }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else {
    let error = SystemError(action)
    close(descriptor)
    throw error
  }
  let reason: String? =
    if status.st_mode & S_IFMT != S_IFREG {
      "it is not a regular file"
    } else if let owner, status.st_uid != owner, status.st_uid != 0 {
      "it belongs to user \(status.st_uid)"
    } else {
      nil
    }
  guard let reason else { return descriptor }
  close(descriptor)
  throw SystemError(action, code: EPERM, reason: reason)
}
