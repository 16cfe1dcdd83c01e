import CMalloc
import Glibc
import Support

/// The memory of a program that is open all day: what only its start or one reading took goes back to the system.
enum Memory {
  /// Lets threads that start from now on share one heap, so that what one frees another uses again.
  static func shareHeap() {
    mallopt(M_ARENA_MAX, 1)
    // Larger pieces come from the system and go back at once: arrays of whole tables, but no picture of a screen.
    mallopt(M_MMAP_THRESHOLD, 512 << 10)
  }

  /// Gives back what is free, and code that was run once: whatever runs again comes back from the page cache.
  static func giveBack() {
    malloc_trim(0)
    guard let maps = try? readFile("/proc/self/maps", limit: 1 << 20) else { return }
    for line in maps.split(separator: UInt8(ascii: "\n")) {
      guard let code = MappedCode(String(decoding: line, as: UTF8.self)) else { continue }
      // Such a page holds what its file holds, for nobody may write to it.
      madvise(UnsafeMutableRawPointer(bitPattern: code.start), code.count, MADV_DONTNEED)
    }
  }
}

/// Code mapped from a file: a line of `/proc/self/maps` (proc(5)).
private struct MappedCode {
  let start: UInt
  let count: Int

  /// nil for whatever else is mapped.
  init?(_ line: String) {
    let fields = line.split(separator: " ", omittingEmptySubsequences: true)
    guard fields.count >= 6, fields[1] == "r-xp", fields[5].hasPrefix("/") else { return nil }
    let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
    guard ends.count == 2, ends[0] < ends[1] else { return nil }
    (start, count) = (ends[0], Int(ends[1] - ends[0]))
  }
}
