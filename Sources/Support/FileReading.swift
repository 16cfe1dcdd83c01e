import Glibc

/// What tells one state of a file from another without reading it.
public struct FileStamp: Sendable, Equatable {
  private let device: UInt64
  private let inode: UInt64
  /// Bytes.
  public let size: Int64
  /// A `timespec` as it lies in memory, seconds first.
  private let modified: [Int]

  /// - Returns: nil where there is no such file, or a folder on the way may not be searched.
  public init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    modified = withUnsafeBytes(of: status.st_mtim) { Array($0.bindMemory(to: Int.self)) }
  }

  /// Whether it is of the same file, whatever was written to that meanwhile.
  public func isSameFile(as other: FileStamp) -> Bool { device == other.device && inode == other.inode }

  /// Whether the file was last changed so long ago that another change from now on gives another stamp: the clock of
  /// files ticks only each few milliseconds.
  public var isSettled: Bool { time(nil) - modified[0] > 1 }
}

/// Reads a regular file of at most `limit` bytes.
///
/// - Throws: `SystemError`; with the code `EFBIG` for a larger file, `EINVAL` for what is no regular file.
public func readFile(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
  let action = "read \(path)"
  // Without O_NONBLOCK a pipe in the file's place would be waited for.
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { throw SystemError(action) }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { throw SystemError(action) }
  guard status.st_mode & S_IFMT == S_IFREG else { throw SystemError(action, code: EINVAL) }

  var bytes: [UInt8] = []
  var part = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = Glibc.read(descriptor, &part, part.count)
    if count < 0 {
      if errno == EINTR { continue }
      throw SystemError(action)
    }
    if count == 0 { return bytes }
    guard bytes.count + count <= limit else { throw SystemError(action, code: EFBIG) }
    bytes += part[..<count]
  }
}
