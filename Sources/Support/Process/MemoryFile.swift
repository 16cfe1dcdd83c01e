import CProcess
import Glibc

/// A file that is on no disk and has no name (memfd_create(2)): for what a child is to read, and nobody else.
public enum MemoryFile {
  /// - Returns: a descriptor at the start of the file, which nobody can change any more; it is closed on exec.
  /// - Throws: `SystemError` where the system has no such files, or no memory.
  public static func make(_ name: String, holding bytes: [UInt8]) throws(SystemError) -> CInt {
    let descriptor = ep_memory_file(name)
    guard descriptor >= 0 else { throw SystemError("create a file in memory") }
    guard fchmod(descriptor, 0o600) == 0, writeAll(bytes[...], to: descriptor) == nil,
      lseek(descriptor, 0, SEEK_SET) == 0, ep_seal(descriptor) == 0
    else {
      let error = SystemError("write a file in memory")
      close(descriptor)
      throw error
    }
    return descriptor
  }
}
