import Glibc

extension [UInt8] {
  /// Whether the bytes hold `needle` somewhere; always for an empty one.
  func contains(bytes needle: [UInt8]) -> Bool {
    guard let first = needle.first else { return true }
    return withUnsafeBytes { hay in
      guard var at = hay.baseAddress, needle.count <= hay.count else { return false }
      let last = at + (hay.count - needle.count)
      while at <= last, let hit = memchr(at, CInt(first), last - at + 1) {
        if memcmp(hit, needle, needle.count) == 0 { return true }
        at = UnsafeRawPointer(hit) + 1
      }
      return false
    }
  }
}
