import Glibc

/// A file with given bytes, for what reads nothing else. It goes with its owner.
final class FileOfBytes {
  let path: String

  init(_ bytes: [UInt8]) {
    let folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    var name = Array("\(folder)/ecrmirror-fuzz-XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
    path = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { unlink(path) }
}
